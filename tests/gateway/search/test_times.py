"""Times as people write them, on Sunday, 29 November 2026."""

from datetime import date

import pytest

from services.gateway.search.dates import Span
from services.gateway.search.numeric_dates import numeric
from services.gateway.search.times import Times

TODAY = date(2026, 11, 29)


def said(text: str, south: bool = False) -> str:
    """All that is a time from the first word on, as `first..last`; what has no year as it is."""
    words = text.split()
    reading = Times(words, TODAY, south).at(0)
    if reading is None:
        return ""
    rest = f" + {' '.join(words[reading[1] :])}" if reading[1] < len(words) else ""
    return " or ".join(map(_span, reading[0])) + rest


def _span(span: Span) -> str:
    if span.bounded:
        return f"{span.first}..{span.last}" if span.first != span.last else span.first
    if span.month:
        return f"month {span.month}"
    if span.weekdays:
        return f"weekdays {span.weekdays}"
    return "..".join(dict.fromkeys(span.days)) if span.days else f"{len(span.dates)} days"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2023-07-14", "2023-07-14"),
        ("2023.07.14", "2023-07-14"),
        ("2023/07", "2023-07"),
        ("14.7.23", "2023-07-14"),
        ("14.7.98", "1998-07-14"),
        ("14.7.2016.", "2016-07-14"),
        ("03/04/2023", "2023-04-03 or 2023-03-04"),
        ("13/04/2023", "2023-04-13"),
        ("14.7.", "07-14"),
        ("14.7. 2016", "2016-07-14"),
        ("7/14", "07-14"),
        ("2016:06:12", "2016-06-12"),
        ("31.02.2016", ""),
        ("99.99.2016", ""),
        ("13/2016", ""),
        ("2016", "2016"),
        ("1776", ""),
        ("2014-16", "2014..2016"),
        ("3 to 5 June 2016", "2016-06-03..2016-06-05"),
        ("3. bis 5. Juni 2016", "2016-06-03..2016-06-05"),
        ("3 au 5 juin", "06-03..06-05"),
        ("1er mai 2016", "2016-05-01"),
        ("1º de mayo de 2016", "2016-05-01"),
        ("l' été dernier", ""),
        ("été dernier", "2026-06-01..2026-08-31"),
        ("verano del año pasado", "2025-06-01..2025-08-31"),
        ("été de l' année dernière", "2025-06-01..2025-08-31"),
        ("estate dell' anno scorso", "2025-06-01..2025-08-31"),
        ("giugno dell' anno scorso", "2025-06"),
        ("14 juillet de l' année dernière", "2025-07-14"),
        ("año pasado", "2025"),
        ("verano pasado", "2026-06-01..2026-08-31"),
        ("estate scorsa", "2026-06-01..2026-08-31"),
        ("lundi dernier", "2026-11-23"),
        ("année dernière", "2025"),
        ("30 derniers jours", "2026-10-30..2026-11-29"),
        ("avant-hier", "2026-11-27"),
        ("altro ieri", "2026-11-27"),
        ("jour de l' an 2019", "2018-12-31..2019-01-01"),
        ("fête des mères 2023", "2023-06-04"),
        ("día de la madre 2019", "2019-05-05"),
        ("Semana Santa 2016", "2016-03-20..2016-03-27"),
        ("Ferragosto 2019", "2019-08-15"),
        ("années 90", "1990..1999"),
        ("los años 80", "1980..1989"),
        ("anni '70", "1970..1979"),
        ("mar 2016", "2016-03"),
        ("mar", ""),
        ("set", ""),
        ("12 set 2019", "2019-09-12"),
        ("ago", ""),
        ("3 ago", "08-03"),
        ("July 14", "07-14"),
        ("14 July", "07-14"),
        ("14th of July 2016", "2016-07-14"),
        ("July 14, 2016", "2016-07-14"),
        ("14. Juli 2016", "2016-07-14"),
        ("31 June", ""),
        ("Juni 2016", "2016-06"),
        ("2016 June", "2016-06"),
        ("June '16", "2016-06"),
        ("June 16", "06-16"),
        ("März", "month 3"),
        ("Maerz", "month 3"),
        ("marz", "month 3"),
        ("Jänner 2016", "2016-01"),
        ("sept 2016", "2016-09"),
        ("Dez", "month 12"),
        ("1-5 July 2016", "2016-07-01..2016-07-05"),
        ("1.-5. Juli", "07-01..07-05"),
        ("early June 2016", "2016-06-01..2016-06-10"),
        ("mid June 2016", "2016-06-11..2016-06-20"),
        ("late June 2016", "2016-06-21..2016-06-30"),
        ("Ende 2016", "2016-09..2016-12"),
        ("summer 2023", "2023-06-01..2023-08-31"),
        ("2023 summer", "2023-06-01..2023-08-31"),
        ("summer", "06-01..08-31"),
        ("winter", "12-01..02-29"),
        ("winter 2023/24", "2023-12-01..2024-02-29"),
        ("winter 2023", "2022-12-01..2023-02-28 or 2023-12-01..2024-02-29"),
        ("last summer", "2026-06-01..2026-08-31"),
        ("last autumn", "2025-09-01..2025-11-30"),
        ("last winter", "2025-12-01..2026-02-28"),
        ("letzten Sommer", "2026-06-01..2026-08-31"),
        ("this summer", "2026-06-01..2026-08-31"),
        ("summer last year", "2025-06-01..2025-08-31"),
        ("Christmas 2019", "2019-12-24..2019-12-26"),
        ("last November 29", "2025-11-29"),
        ("last Christmas", "2025-12-24..2025-12-26"),
        ("Heiligabend 2019", "2019-12-24"),
        ("Easter", "408 days"),
        ("Ostern 2016", "2016-03-25..2016-03-28"),
        ("New Year's Eve 2018", "2018-12-31..2019-01-01"),
        ("4th of July", "07-04"),
        ("today", "2026-11-29"),
        ("gestern", "2026-11-28"),
        ("vorgestern", "2026-11-27"),
        ("the day before yesterday", "2026-11-27"),
        ("this week", "2026-11-23..2026-11-29"),
        ("last week", "2026-11-16..2026-11-22"),
        ("last weekend", "2026-11-21..2026-11-22"),
        ("last month", "2026-10"),
        ("letztes Jahr", "2025"),
        ("vorletztes Jahr", "2024"),
        ("last decade", "2010..2019"),
        ("last Monday", "2026-11-23"),
        ("last Sunday", "2026-11-22"),
        ("Sundays", "weekdays (6,)"),
        ("weekend", "weekdays (5, 6)"),
        ("last 30 days", "2026-10-30..2026-11-29"),
        ("letzten 3 Monate", "2026-08-29..2026-11-29"),
        ("two years ago", "2024"),
        ("vor zwei Jahren", "2024"),
        ("vor einem Monat", "2026-10"),
        ("3 weeks ago", "2026-11-02..2026-11-08"),
        ("90s", "1990..1999"),
        ("1990s", "1990..1999"),
        ("90er Jahre", "1990..1999"),
        ("nineties", "1990..1999"),
        ("20s", "2020..2029"),
        ("since 2015", "2015-01-01.."),
        ("seit Juni", "2026-06-01.."),
        ("since December", "2025-12-01.."),
        ("before 2010", "..2009-12-31"),
        ("vor 2010", "..2009-12-31"),
        ("after June 2015", "2015-07-01.."),
        ("bis 1999", "..1999-12-31"),
        ("between 2014 and 2016", "2014-01-01..2016-12-31"),
        ("2014 to 2016", "2014-01-01..2016-12-31"),
        ("von 2014 bis 2016", "2014-01-01..2016-12-31"),
        ("2014-2016", "2014..2016"),
        ("2016 to 2014", "2016 + to 2014"),
        ("June to August 2016", "2016-06-01..2016-08-31"),
        ("Juni bis August", "06-01..08-31"),
        ("between Christmas and New Year's Eve", "12-24..01-01"),
        ("12.6.2016 - 15.6.2016", "2016-06-12..2016-06-15"),
        ("2014 and 2016", "2014 + and 2016"),
        ("last 999 years", "1027-11-29..2026-11-29"),
        ("last 999 decades", "0001-01-29..2026-11-29"),
        ("999 decades ago", "0000..0009"),
        ("dog", ""),
        ("last", ""),
        ("the", ""),
        ("0", ""),
        ("vor Rom", ""),
    ],
)
def test_a_time_is_understood(text: str, days: str) -> None:
    assert said(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("14.07..15.07", "07-14..07-15"),
        ("12/06..14/06", "06-12..06-14"),
        ("20.12..06.01", "12-20..01-06"),
        ("14.7.16..15.7.16", "2016-07-14..2016-07-15"),
        ("06/2016..07/2016", "2016-06..2016-07"),
        ("14.07..2016-01", None),
        ("2016-01..14.07", None),
        ("14.07..31.31", None),
    ],
)
def test_a_range_of_days(text: str, days: str | None) -> None:
    """What has a year on one side only is no range."""
    assert [_span(span) for span in numeric(text)] == ([days] if days else [])


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("summer 2023", "2022-12-01..2023-02-28 or 2023-12-01..2024-02-29"),
        ("winter 2023", "2023-06-01..2023-08-31"),
        ("last summer", "2025-12-01..2026-02-28"),
        ("spring", "09-01..11-30"),
    ],
)
def test_seasons_of_the_south(text: str, days: str) -> None:
    assert said(text, south=True) == days
