"""Which files belong together by name: the halves of a live photo, and a copy with its original; and in which order
people expect them.

Apple calls the halves IMG_1234.HEIC and IMG_1234.MOV; Google IMG_1234.MP4 or PXL_1.MP beside PXL_1.MP.jpg. icloudpd
saves the video as IMG_1234_HEVC.MOV. The names of copies are in `knowledge/copy_names.py`. Names are compared within a
folder only.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from services.knowledge.copy_names import COPY_NAMES, may_be_copy
from services.knowledge.edited_words import CUT_UNITS, EDITED

_MOVING: Final = (".mp", ".mv", "_hevc")
_NUMBERED: Final = re.compile(r"(.+)(\(\d{1,9}\))", re.DOTALL)
_CAMERA: Final = re.compile(r"[a-z]{1,4}_?\d{4,8}(?:_\d{6,9})?")
"""Most names, and none of a copy."""
_ROWS: Final = tuple((re.compile(row.pattern, re.DOTALL), row.certain) for row in COPY_NAMES)


class Original(NamedTuple):
    stem: str
    certain: bool
    """Whether the copy's name alone says that it is an edit."""


_DIGITS: Final = re.compile(r"0*([0-9]+)")
_LONGEST_KEY: Final = 400
"""Characters of a sort key, which is stored with each photo and sent with each cursor."""
_SUFFIX, _NAME, _FOLDER = "\x01", "\x02", "\x03"
"""What separates the parts of a sort key. They are lower than all characters of names: `a.jpg` stands before
`a (2).jpg`, and a folder's files before its subfolders."""


def split(path: str) -> tuple[str, str]:
    """Folder (empty for the root itself) and name."""
    folder, _, name = path.rpartition("/")
    return folder, name


def stem(name: str) -> str:
    """The part of a file's name that it shares with related files, normalised."""
    dot = name.rfind(".")
    base = name[:dot] if dot > 0 else name
    return _still(base.lower() if base.isascii() else unicodedata.normalize("NFC", base).casefold())


def original(of: str) -> Original | None:
    """Of a copy with this stem; None when it is not named like a copy."""
    if _CAMERA.fullmatch(of):
        return None
    if google := _google(of):
        return Original(google, True)
    if not may_be_copy(of):
        return None
    for pattern, certain in _ROWS:
        if match := pattern.fullmatch(of):
            return Original(_still(match["of"]) + (match.groupdict().get("rest") or ""), certain)
    return None


def _google(of: str) -> str | None:
    """By the word after the last hyphen, which Takeout may have cut."""
    if "-" not in of:
        return None
    numbered = _NUMBERED.fullmatch(of)
    base, number = numbered.groups() if numbered else (of, "")
    first, _, word = base.rpartition("-")
    return _still(first) + number if first and _says_edited(base, word) else None


def sort_key(folder: str, name: str) -> str:
    """By which paths sort in natural order: numbers by their value (`scan2` before `scan10`), letters of either case
    and form alike. Two paths may have the same one."""
    dot = name.rfind(".")
    base, suffix = (name[:dot], name[dot + 1 :]) if dot > 0 else (name, "")
    return f"{_folder_key(folder)}{_NAME}{_natural(base)}{_SUFFIX}{suffix.lower()}"[:_LONGEST_KEY]


@lru_cache(maxsize=8192)
def _folder_key(folder: str) -> str:
    return _FOLDER.join(map(_natural, folder.split("/")))


def _natural(text: str) -> str:
    """Each number follows the count of its digits, so that longer ones are larger."""
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return _DIGITS.sub(_counted, folded)


def _counted(number: re.Match[str]) -> str:
    digits = number[1]
    count = len(digits)
    return f"{count}{digits}" if count < 9 else f"9{min(count - 9, 99):02}{digits}"


def _still(base: str) -> str:
    if not base.endswith(_MOVING):
        return base
    return base[:-5] if base.endswith("_hevc") else base[:-3]


def _says_edited(base: str, word: str) -> bool:
    units = len(base.encode("utf-16-le", "surrogatepass")) // 2
    return word in EDITED or (units >= CUT_UNITS and any(whole.startswith(word) for whole in EDITED))
