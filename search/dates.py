"""Days and stretches of days as people write them, in Dutch and English: from the first day to before the last."""

import re
from collections.abc import Callable
from datetime import date, timedelta

Period = tuple[date, date]

FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST_AGO = 40_000  # days
_MONTHS = (
    "januari january jan", "februari february feb", "maart march mrt mar", "april apr", "mei may", "juni june jun",
    "juli july jul", "augustus august aug", "september sept sep", "oktober october okt oct", "november nov",
    "december dec",
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_DAYS = {"vandaag": 0, "today": 0, "gisteren": 1, "yesterday": 1, "eergisteren": 2}
_UNITS = {
    "day": ("d", "dag", "dagen", "day", "days"),
    "week": ("w", "week", "weken", "weeks"),
    "month": ("m", "maand", "maanden", "month", "months"),
    "year": ("j", "y", "jaar", "jaren", "year", "years"),
}
UNITS = {name: unit for unit, names in _UNITS.items() for name in names}
_LAST, _THIS = ("vorige", "vorig", "afgelopen", "last"), ("deze", "dit", "this")


def period(text: str, today: date) -> Period | None:
    """The days that are meant, the second date no longer one of them; None where it is no date. Never raises."""
    words = " ".join(re.sub(r"(?<=[a-z])[-_]|[-_](?=[a-z])|[.,]", _space_or_dash, text.lower()).split())
    for pattern, read in _FORMS:
        if match := pattern.fullmatch(words):
            try:
                return read(match, today)
            except (ValueError, OverflowError):
                return None
    return None


def _space_or_dash(match: re.Match[str]) -> str:
    """A dot between numbers stands for a dash; other signs between words are spaces."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return "-" if match[0] == "." and before.isdigit() and after.isdigit() else " "


def _day(year: int, month: int, day: int) -> Period:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError
    first = date(year, month, day)
    return first, first + timedelta(days=1)


def _month(year: int, month: int) -> Period:
    first = _day(year, month, 1)[0]
    return first, date(year + month // 12, month % 12 + 1, 1)


def _year(year: int) -> Period:
    return _day(year, 1, 1)[0], date(year + 1, 1, 1)


def _named(match: re.Match[str], today: date) -> Period:
    """15 maart 2026, maart 2026, march 15 2026; without a year, in this one."""
    month = MONTHS[match["month"]]
    year = int(match["year"] or today.year)
    day = match["day"] or match["us_day"]
    return _day(year, month, int(day)) if day else _month(year, month)


def _ago(match: re.Match[str], today: date) -> Period:
    """So long ago until today: 30d, 2 weken."""
    number, unit = int(match["number"]), UNITS[match["unit"]]
    days = number * {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
    if days > LONGEST_AGO:
        raise ValueError
    return today - timedelta(days=days), today + timedelta(days=1)


def _relative(match: re.Match[str], today: date) -> Period:
    """This week, last month: whole weeks from Monday, whole months and years."""
    unit, is_last = UNITS[match["unit"]], match["which"] in _LAST
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * is_last)
        return monday, monday + timedelta(days=7)
    if unit == "month":
        last = today.replace(day=1) - timedelta(days=1) if is_last else today
        return _month(last.year, last.month)
    return _year(today.year - is_last)


def _simple(name: str, today: date) -> Period:
    day = today - timedelta(days=_DAYS[name])
    return day, day + timedelta(days=1)


_ANY_MONTH = "|".join(MONTHS)
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period]], ...] = tuple(
    (re.compile(pattern, re.ASCII), read)
    for pattern, read in (
        (r"(\d{4})", lambda match, _today: _year(int(match[1]))),
        (r"(\d{4})[-/](\d{1,2})", lambda match, _today: _month(int(match[1]), int(match[2]))),
        (r"(\d{1,2})[-/](\d{4})", lambda match, _today: _month(int(match[2]), int(match[1]))),
        (r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", lambda match, _today: _day(int(match[1]), int(match[2]), int(match[3]))),
        (r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", lambda match, _today: _day(int(match[3]), int(match[2]), int(match[1]))),
        (rf"(?:(?P<day>\d{{1,2}}) )?(?P<month>{_ANY_MONTH})(?: (?P<us_day>\d{{1,2}}))?(?: (?P<year>\d{{4}}))?", _named),
        (rf"({'|'.join(_DAYS)})", lambda match, today: _simple(match[1], today)),
        (rf"(?P<which>{'|'.join(_LAST + _THIS)}) (?P<unit>week|maand|month|jaar|year)", _relative),
        (rf"(?P<number>\d{{1,5}}) ?(?P<unit>{'|'.join(UNITS)})", _ago),
    )
)
