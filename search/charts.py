"""A small bar chart of shares: where everything stands, for a template that draws it as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import get_language

from search.gaps import Week

WIDTH, HEIGHT = 640, 160  # units of the drawing, between the axes
MOST_BARS = 27  # half a year of weeks
GAP = 0.25  # of a bar's place


@dataclass(frozen=True)
class Bar:
    """One week; distances in units of the drawing, from the top left."""

    x: float
    y: float
    width: float
    height: float
    percentage: int
    week: Week
    name: str  # its day, where there is room for it


def shares_by_week(weeks: Sequence[Week]) -> list[Bar]:
    """The latest weeks as bars, of which the full height is 100 %."""
    shown = weeks[-MOST_BARS:]
    place = WIDTH / max(len(shown), 8)
    every = max(1, len(shown) // 6)
    day = "j b" if get_language() == "nl" else "j M"  # Dutch writes months in lower case
    return [
        Bar(
            x=round(at * place + place * GAP / 2, 1),
            y=round(HEIGHT * (1 - week.share), 1),
            width=round(place * (1 - GAP), 1),
            height=round(HEIGHT * week.share, 1),
            percentage=round(100 * week.share),
            week=week,
            name=date_format(week.monday, day) if at % every == 0 else "",
        )
        for at, week in enumerate(shown)
    ]
