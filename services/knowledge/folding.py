"""One form of what people and systems write in many: case, accents, widths of characters, ß and other letters that
Unicode doesn't take apart. The read tables and whoever searches them fold alike. Pure.

Chinese, Japanese and Korean put no spaces between words: there, each pair of neighbouring characters is indexed, as
search engines do (bigrams; Lucene's CJKAnalyzer).
"""

import re
import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "ı": "i", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Those without a decomposition in Unicode, as they are typed where a keyboard lacks them; `casefold` does ß."""
_MARKS: Final = re.compile(r"[\u0300-\u036f\u0591-\u05bd\u064b-\u0652\u0670]")
"""Accents, and the vowel signs that Hebrew and Arabic mostly leave out. Those of Indic scripts are letters."""
_SPACELESS: Final = (
    "\u3005\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003134f"
)
_RUN: Final = re.compile(f"[{_SPACELESS}]+")
_SEPARATE: Final = re.compile(f"([{_SPACELESS}]+)")


def fold(text: str) -> str:
    """`Straße`, `STRASSE` -> `strasse`; `Ｃａｆé` -> `cafe`. Folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = _MARKS.sub("", unicodedata.normalize("NFD", plain.translate(_LETTERS)))
    return unicodedata.normalize("NFC", bare)


def differing(text: str) -> str | None:
    """The folded text; None for ASCII, where SQLite itself compares without case."""
    return None if text.isascii() else fold(text)


def indexed(text: str) -> str:
    """What the full-text index holds of a text: folded, with pairs of characters where words have no spaces, and the
    last one alone, so that it is found as well: `東京都` -> `東京 京都 都`."""
    if text.isascii():
        return text
    return _SEPARATE.sub(lambda run: f" {' '.join([*_pairs(run[1]), run[1][-1]])} ", fold(text))


def sought(text: str) -> str:
    """What to look for in the full-text index, as the beginning of a phrase: `東京都` -> `東京 京都`."""
    if text.isascii():
        return text
    return _SEPARATE.sub(lambda run: f" {' '.join(_pairs(run[1]) or [run[1]])} ", fold(text)).strip()


def is_spaceless(text: str) -> bool:
    """Whether it is written in a script without spaces between words, so that a word may begin anywhere."""
    return _RUN.search(text) is not None


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
