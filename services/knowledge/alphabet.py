"""The order in which people look for names: numbers by their value, letters of either case and with any accent
together. As Unicode's root collation (UTS 10) has it for languages of Europe; of what some of them have of their own
(`ä` behind `z` in Swedish) only the Spanish `ñ` matters to the languages of the pages."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_DIGITS: Final = re.compile(r"\d{1,40}")
_UNDIVIDED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)
"""Letters whose accent Unicode doesn't take apart."""
_OWN: Final = {"es": str.maketrans({"ñ": f"n{chr(0x10FFFF)}"})}
"""Language -> letters of its own, each behind all words with the letter before it (Unicode CLDR, collation/es.xml)."""

SortKey = tuple[str, str, str]


@lru_cache(maxsize=8192)
def sort_key(name: str, language: str = "") -> SortKey:
    """`Album 2` before `Album 10`, `Ähre` beside `Ahorn`, `straße` beside `Strasse`; what differs only in case or
    accents, without them first. `language`: the reader's (ISO 639-1); without it, no letter is one language's own."""
    composed = unicodedata.normalize("NFKC", name).casefold().translate(_OWN.get(language, {}))
    folded = unicodedata.normalize("NFKD", composed)
    plain = "".join(one for one in folded if not unicodedata.combining(one)).translate(_UNDIVIDED)
    return _DIGITS.sub(_by_value, " ".join(plain.split())), folded, name


def _by_value(digits: re.Match[str]) -> str:
    """Follows the count of its digits, so that longer numbers are larger."""
    number = str(int(digits[0]))
    return f"{len(number):02}{number}"
