"""The functions of SuiteQL (section_158513731864) as Oracle computes them: an empty text is no value.

Dates are passed as texts, YYYY-MM-DD HH:MM:SS. What raises ValueError Oracle would refuse while it runs the query.
"""

import calendar
import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

MOMENT = "%Y-%m-%d %H:%M:%S"


class Function(NamedTuple):
    """Takes between `least` and `most` arguments of these `kinds` (the last one repeated): t for text, n for number, d
    for date, x for any but a long text, * for anything. Gives `gives`: the same letters, or = for the kind of the first
    argument that has one. Without `run` it is translated where it is called."""

    least: int
    most: int
    kinds: str
    gives: str
    run: Callable[..., Any] | None = None


def text(value: Any) -> str | None:
    """As TO_CHAR without a format has it."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value)


def _strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """Without a value where an argument has none, as most of Oracle's functions; an empty text is none either."""

    def run(*arguments: Any) -> Any:
        if None in arguments or "" in arguments:
            return None
        found = function(*arguments)
        return None if found == "" else found

    return run


def number(value: Any) -> int | float | None:
    if value is None or isinstance(value, int | float):
        return value
    found = float(value)
    return int(found) if found.is_integer() else found


def concatenated(*values: Any) -> str | None:
    return "".join(text(value) or "" for value in values) or None


@lru_cache(512)
def _pattern(like: str, escape: str | None) -> re.Pattern[str]:
    parts, letters = [], iter(like)
    for letter in letters:
        if letter == escape:
            letter = next(letters, "")
            if letter not in ("%", "_", escape):
                raise ValueError("ORA-01424: missing or illegal character following the escape character")
            parts.append(re.escape(letter))
        else:
            parts.append({"%": ".*", "_": "."}.get(letter) or re.escape(letter))
    return re.compile("".join(parts), re.DOTALL)


def like(value: Any, pattern: str | None, escape: str | None = None) -> bool | None:
    """Case matters, and no character escapes unless ESCAPE names one."""
    if value is None or pattern is None:
        return None
    return _pattern(pattern, escape).fullmatch(text(value) or "") is not None


def _substr(value: Any, start: float, length: float | None = None) -> str:
    whole, start = str(text(value)), int(start)
    begin = max(start - 1, 0) if start >= 0 else len(whole) + start
    if begin < 0 or (length is not None and length < 1):
        return ""
    return whole[begin:] if length is None else whole[begin : begin + int(length)]


def _instr(value: Any, part: str, start: float = 1) -> int:
    return str(text(value)).find(part, int(start) - 1) + 1


def _padded(value: Any, length: float, pad: str, before: bool) -> str:
    whole = str(text(value))
    missing = max(int(length) - len(whole), 0)
    padding = (pad * missing)[:missing]
    return (padding + whole if before else whole + padding)[: max(int(length), 0)]


def _translated(value: Any, old: str, new: str) -> str:
    return str(text(value)).translate({ord(one): new[at] if at < len(new) else None for at, one in enumerate(old)})


def _rounded(value: Any, places: float = 0) -> Any:
    if isinstance(value, str):
        return moment(value).replace(hour=0, minute=0, second=0).strftime(MOMENT)
    scale = 10 ** int(places)
    return number(math.copysign(math.floor(abs(value) * scale + 0.5) / scale, value))


def _truncated(value: Any, places: Any = 0) -> Any:
    if isinstance(value, str):
        day = moment(value).replace(hour=0, minute=0, second=0)
        unit = str(places).upper() if places else "DD"
        if unit in {"MM", "MONTH", "MON"}:
            day = day.replace(day=1)
        elif unit in {"YYYY", "YEAR", "YY"}:
            day = day.replace(month=1, day=1)
        elif unit != "DD":
            raise ValueError(f"TRUNC to {unit} is not simulated")
        return day.strftime(MOMENT)
    scale = 10 ** int(places)
    return number(math.trunc(value * scale) / scale)


# Dates

FORMATS = {  # Oracle's elements of a format, and Python's
    "YYYY": "%Y", "YY": "%y", "MONTH": "%B", "MON": "%b", "MM": "%m", "DD": "%d", "DAY": "%A", "DY": "%a",
    "HH24": "%H", "HH12": "%I", "HH": "%I", "MI": "%M", "SS": "%S", "AM": "%p", "PM": "%p", "FM": "",
}  # fmt: skip
_ELEMENT = re.compile("|".join(FORMATS) + r'|"[^"]*"|[-/:,;. ]', re.IGNORECASE)


@lru_cache(64)
def _format(oracle: str) -> str:
    parts, at = [], 0
    while at < len(oracle):
        element = _ELEMENT.match(oracle, at)
        if not element:
            raise ValueError(f"ORA-01821: date format not recognized: {oracle}")
        found = element[0]
        parts.append(found.strip('"') if found.startswith('"') else FORMATS.get(found.upper(), found))
        at = element.end()
    return "".join(parts)


def moment(value: str) -> datetime:
    return datetime.strptime(value, MOMENT)


def shown_date(value: str) -> str:
    """As a query's answer has it: without its time, in the format that accounts have at first, M/D/YYYY."""
    found = moment(value)
    return f"{found.month}/{found.day}/{found.year}"


def _to_char(value: Any, format_: str | None = None) -> str | None:
    if format_ is None:
        return text(value)
    if not isinstance(value, str):
        raise ValueError("TO_CHAR of a number with a format is not simulated")
    found = moment(value).strftime(_format(format_))
    return (
        found.upper() if format_.upper() == format_ and any(name in format_ for name in ("MON", "DY", "DAY")) else found
    )


def _to_date(value: Any, format_: str) -> str:
    return datetime.strptime(str(value), _format(format_)).strftime(MOMENT)


def _add_months(value: str, months: float) -> str:
    found = moment(value)
    year, month = divmod(found.year * 12 + found.month - 1 + int(months), 12)
    is_last = found.day == calendar.monthrange(found.year, found.month)[1]
    last = calendar.monthrange(year, month + 1)[1]
    return found.replace(year=year, month=month + 1, day=last if is_last else min(found.day, last)).strftime(MOMENT)


def _last_day(value: str) -> str:
    found = moment(value)
    return found.replace(day=calendar.monthrange(found.year, found.month)[1]).strftime(MOMENT)


def days_later(value: str | None, days: float | None) -> str | None:
    return None if value is None or days is None else (moment(value) + timedelta(days=days)).strftime(MOMENT)


def days_between(later: str | None, earlier: str | None) -> int | float | None:
    if later is None or earlier is None:
        return None
    return number((moment(later) - moment(earlier)) / timedelta(days=1))


def _months_between(later: str, earlier: str) -> int | float | None:
    one, other = moment(later), moment(earlier)
    months = (one.year - other.year) * 12 + one.month - other.month
    both_last = all(each.day == calendar.monthrange(each.year, each.month)[1] for each in (one, other))
    if one.day == other.day or both_last:
        return months
    apart = (one - datetime(one.year, one.month, 1)) - (other - datetime(other.year, other.month, 1))
    return months + apart / timedelta(days=31)


FUNCTIONS = {
    # On texts
    "lower": Function(1, 1, "t", "t", _strict(lambda one: str(text(one)).lower())),
    "upper": Function(1, 1, "t", "t", _strict(lambda one: str(text(one)).upper())),
    "initcap": Function(1, 1, "t", "t", _strict(lambda one: str(text(one)).title())),
    "concat": Function(2, 2, "t", "t", concatenated),
    "substr": Function(2, 3, "tn", "t", _strict(_substr)),
    "instr": Function(2, 3, "ttn", "n", _strict(_instr)),
    "length": Function(1, 1, "t", "n", _strict(lambda one: len(str(text(one))))),
    "lpad": Function(2, 3, "tnt", "t", _strict(lambda one, size, pad=" ": _padded(one, size, pad, True))),
    "rpad": Function(2, 3, "tnt", "t", _strict(lambda one, size, pad=" ": _padded(one, size, pad, False))),
    "ltrim": Function(1, 2, "t", "t", _strict(lambda one, away=" ": str(text(one)).lstrip(away))),
    "rtrim": Function(1, 2, "t", "t", _strict(lambda one, away=" ": str(text(one)).rstrip(away))),
    "replace": Function(
        2, 3, "t", "t", lambda one, old, new="": text((text(one) or "").replace(old, new or "") if old else one)
    ),
    "translate": Function(3, 3, "t", "t", _strict(_translated)),
    "ascii": Function(1, 1, "t", "n", _strict(lambda one: ord(str(text(one))[0]))),
    "chr": Function(1, 1, "n", "t", _strict(lambda one: chr(int(one)))),
    # On numbers
    "abs": Function(1, 1, "n", "n", _strict(abs)),
    "ceil": Function(1, 1, "n", "n", _strict(math.ceil)),
    "floor": Function(1, 1, "n", "n", _strict(math.floor)),
    "mod": Function(2, 2, "n", "n", _strict(lambda one, by: number(math.fmod(one, by)) if by else one)),
    "power": Function(2, 2, "n", "n", _strict(lambda one, by: number(float(one) ** by))),
    "round": Function(1, 2, "xn", "=", _strict(_rounded)),
    "sign": Function(1, 1, "n", "n", _strict(lambda one: (one > 0) - (one < 0))),
    "sqrt": Function(1, 1, "n", "n", _strict(lambda one: number(math.sqrt(one)))),
    "trunc": Function(1, 2, "xx", "=", _strict(_truncated)),
    # On dates
    "add_months": Function(2, 2, "dn", "d", _strict(_add_months)),
    "last_day": Function(1, 1, "d", "d", _strict(_last_day)),
    "months_between": Function(2, 2, "d", "n", _strict(_months_between)),
    # From one to another
    "to_char": Function(1, 2, "*t", "t", _to_char),
    "to_date": Function(2, 2, "t", "d", _strict(_to_date)),
    "to_timestamp": Function(2, 2, "t", "d", _strict(_to_date)),
    "to_number": Function(1, 1, "x", "n", _strict(number)),
    # Translated: they take values of one kind, or choose between them
    "nvl": Function(2, 2, "x", "="),
    "nvl2": Function(3, 3, "x", "="),
    "coalesce": Function(2, 1000, "x", "="),
    "nullif": Function(2, 2, "x", "="),
    "greatest": Function(1, 1000, "x", "="),
    "least": Function(1, 1000, "x", "="),
    "decode": Function(3, 255, "x", "="),
    # Translated: of groups
    "count": Function(1, 1, "x", "n"),
    "sum": Function(1, 1, "n", "n"),
    "avg": Function(1, 1, "n", "n"),
    "min": Function(1, 1, "x", "="),
    "max": Function(1, 1, "x", "="),
    # What the translation itself calls
    "like": Function(2, 3, "t", "t", like),
    "days_later": Function(2, 2, "dn", "d", days_later),
    "days_between": Function(2, 2, "d", "n", days_between),
    "shown_date": Function(1, 1, "d", "t", _strict(shown_date)),
}
AGGREGATES = frozenset(("count", "sum", "avg", "min", "max"))
HIDDEN = frozenset(("like", "days_later", "days_between", "shown_date"))

# Oracle's page names these as well; nothing here has needed them yet.
NOT_SIMULATED = frozenset(
    "acos approx_count_distinct asciistr asin atan atan2 bfilename bitand chartorowid compose corr corr_k corr_s cos"
    " cosh covar_pop covar_samp decompose dense_rank empty_blob empty_clob exp from_tz length2 length4 lengthb lengthc"
    " ln log median nanvl new_time next_day nls_initcap nls_lower nls_upper nlssort ora_hash rank regexp_instr"
    " regexp_replace regexp_substr remainder row_number sin sinh soundex sys_extract_utc tan tanh to_binary_double"
    " to_binary_float to_clob to_multi_byte to_nchar to_nclob to_single_byte to_timestamp_tz tz_offset unistr vsize"
    " width_bucket builtin.cf builtin.consolidate builtin.currency builtin.currency_convert builtin.hierarchy"
    " builtin.mnfilter builtin.named_group builtin.period builtin.relative_ranges".split()
)


def today(now: datetime) -> dict[str, str]:
    """The words that stand for the present, without brackets."""
    moment_ = now.strftime(MOMENT)
    return dict.fromkeys(("sysdate", "current_date", "current_timestamp", "localtimestamp"), moment_)


def is_number(value: str) -> bool:
    return re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)\s*", value) is not None
