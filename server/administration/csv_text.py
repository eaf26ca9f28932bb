"""Rows of a CSV file (RFC 4180) that no spreadsheet takes for formulas.

https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
from collections.abc import Sequence

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
BEGINS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the full-width ones are meant


def csv_row(cells: Sequence[str]) -> str:
    """One row with its line end; each cell in quotation marks, so that no separator of another country counts."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([harmless(each) for each in cells])
    return text.getvalue()


def harmless(cell: str) -> str:
    """With an apostrophe before whatever a spreadsheet would calculate, also behind blanks and invisible signs."""
    seen = cell.lstrip(" \u00a0\u200b\ufeff")
    return f"'{cell}" if seen[:1] in BEGINS_FORMULA and seen else cell
