"""How large these cases are: quick ones each time, and those of the whole size with AFFIX_TEST_SIZE=full."""

import os
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
Figure = Callable[[str, object], None]


def sized(usual: T, full: T) -> T:
    return full if os.environ.get("AFFIX_TEST_SIZE") == "full" else usual
