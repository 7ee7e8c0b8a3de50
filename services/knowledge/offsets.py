"""The UTC offsets that clocks on walls have had since there has been GPS (1980), from the IANA time zone database.

Whole hours from -12 to +14 and the odd ones below. The difference of two clocks that is none of them says nothing about
a zone: one of the clocks is wrong.
"""

from datetime import timedelta
from typing import Final

ODD: Final = {
    "-09:30": "Marquesas",
    "-04:30": "Venezuela, 2007 to 2016",
    "-03:30": "Newfoundland",
    "-02:30": "Newfoundland, summer",
    "+03:30": "Iran",
    "+04:30": "Afghanistan; Iran, summer",
    "+05:30": "India",
    "+05:45": "Nepal",
    "+06:30": "Myanmar",
    "+07:30": "Singapore, until 1981",
    "+08:30": "North Korea, 2015 to 2018",
    "+08:45": "Eucla",
    "+09:30": "Adelaide",
    "+10:30": "Adelaide, summer; Lord Howe Island",
    "+11:30": "Norfolk Island, until 2015",
    "+12:45": "Chatham Islands",
    "+13:45": "Chatham Islands, summer",
}
"""Offset -> a place."""


def _shift(text: str) -> timedelta:
    size = timedelta(hours=int(text[1:3]), minutes=int(text[4:]))
    return -size if text[0] == "-" else size


OFFSETS: Final = frozenset(map(_shift, ODD)) | {timedelta(hours=hours) for hours in range(-12, 15)}
