"""What the patterns for dates in names consist of.

Their groups: `y` year (`yy`: its last two digits), `m` month, `b` a month's name, `d` day; `i` and `j`, day and month
in an order that depends on the country, and `gap`, what separates them; `H`, `M`, `S` time, `before` and `after` the
text around it; `z` UTC; `ms`, `s` since 1970.
"""

import re
import unicodedata
from typing import Final, NamedTuple


class Pattern(NamedTuple):
    expression: re.Pattern[str]
    examples: dict[str, str]
    """Name -> ISO 8601, as exact as the name: `2019-07`."""

    @property
    def has_word(self) -> bool:
        return "b" in self.expression.groupindex


def plain(name: str) -> str:
    """One form of each character: digits of any script as 0 to 9, all spaces as one, no marks of direction."""
    if name.isascii():
        return name
    marked = (c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in marked)


def pattern(*parts: str, examples: dict[str, str]) -> Pattern:
    return Pattern(re.compile("".join(parts), re.IGNORECASE), examples)


YEAR_4: Final = r"(?P<y>(?:18|19|20)\d\d)"
MONTH_2: Final = r"(?P<m>0[1-9]|1[0-2])"
DAY_2: Final = r"(?P<d>0[1-9]|[12]\d|3[01])"
MONTH_1: Final = r"(?P<m>0?[1-9]|1[0-2])"
DAY_1: Final = r"(?P<d>0?[1-9]|[12]\d|3[01])"
WORD: Final = r"(?P<b>[^\s\d_.,()\[\]@&+-]{2,14})"
OF: Final = r"[\s_.,-]{0,3}(?:(?:de|del|of)[\s_])?"
