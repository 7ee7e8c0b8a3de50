"""How programs name a copy that they save beside its original: one row each, with examples that are its test.

Names are compared without suffixes, in lower case (`projector/rows/names.py`). A row is certain if the name alone says
that it is an edit. Numbers and "copy" do not: cameras, browsers and file managers use them for other pictures as well,
so those count only if both are of the same moment, or look alike where one is undated.
"""

import re
import unicodedata
from typing import Final, NamedTuple

from services.knowledge.edited_words import EDITED


class CopyName(NamedTuple):
    program: str
    pattern: str
    """Of the whole name. The original's is the groups `of` and, if there is one, `rest`."""
    certain: bool
    examples: tuple[tuple[str, str], ...]
    """(name of a copy, name of its original)"""
    others: tuple[str, ...] = ()
    """Look-alikes that the row does not match."""


def _folded(*words: str) -> tuple[str, ...]:
    return tuple({unicodedata.normalize("NFC", word).casefold(): None for word in words})


def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_EDITED_WORDS: Final = _folded(
    *(EDITED - {"effects", "smile", "mix"}),
    *("edit", "editar", "modifier", "modifica", "bearb", "retouched", "retuschiert", "retouche"),
    *("cropped", "crop", "beschnitten", "zugeschnitten", "enhanced", "optimiert"),
)
"""Google's words, and those of Lightroom and of people."""
_COPY_WORDS: Final = _folded(
    *("copy", "kopie", "copie", "copia", "cópia", "kopia", "kopi", "kopio", "kópia", "másolat", "kopya"),
    *("копия", "копія", "αντίγραφο", "コピー", "副本", "复制", "複製", "복사본"),
)
_COPY_OF_WORDS: Final = _folded(
    *("copy of", "kopie von", "copie de", "copia de", "copia di", "cópia de", "kopie van"),
    *("kopia av", "kopi av", "kopi af"),
)
_EDITED, _COPY, _COPY_OF = map(_any_of, (_EDITED_WORDS, _COPY_WORDS, _COPY_OF_WORDS))
_NUMBER: Final = r"(?: ?\(\d{1,3}\)| \d{1,3})"

COPY_NAMES: Final = (
    CopyName(
        "iPhone",
        r"(?P<of>img_)e(?P<rest>\d{4,}(?:\(\d{1,9}\))?)",
        True,
        (("IMG_E1234", "IMG_1234"), ("IMG_E1234(1)", "IMG_1234(1)")),
        ("IMG_EVENING", "IMG_E12"),
    ),
    CopyName(
        "Google Photos on Android",
        r"(?P<of>.+)~\d{1,2}",
        True,
        (("PXL_20231006_063121958~2", "PXL_20231006_063121958"), ("PXL_1.MP~3", "PXL_1.MP")),
        ("~1", "IMG~2019"),
    ),
    CopyName(
        "Google Photos, Lightroom, Windows and people, in words",
        rf"(?P<of>.+?)(?: ?[-_–] ?| ?\(| )(?:{_EDITED})\)?(?P<rest>\(\d{{1,9}}\))?",
        True,
        (
            *(("IMG_1234_edited", "IMG_1234"), ("IMG_1234-edited(1)", "IMG_1234(1)")),
            *(("IMG_1234-bearbeitet", "IMG_1234"), ("IMG_1234 – Bearbeitet", "IMG_1234")),
            *(("DSC_0042-Edit", "DSC_0042"), ("DSC_0042-Modifier", "DSC_0042"), ("a (edited)", "a")),
            *(("Küste_crop", "Küste"), ("P1010203 edited", "P1010203"), ("x-編集済み", "x")),
        ),
        ("edited", "-edited", "credit", "IMG_1234edited", "summer_mix"),
    ),
    CopyName(
        "Xiaomi",
        r"(?P<of>.+?)_edit_\d{10,16}",
        True,
        (("IMG_20190203_040506_edit_1549166400123", "IMG_20190203_040506"),),
        ("IMG_20190203_040506_edit_15",),
    ),
    CopyName(
        "Snapseed, Lightroom, darktable, Picasa, LG: numbers",
        r"(?P<of>.+?)(?:-0{0,2}|__?0?)[1-9]\d?",
        False,
        (
            *(("IMG_1234-01", "IMG_1234"), ("IMG_1234-2", "IMG_1234"), ("IMG_1234-001", "IMG_1234")),
            *(("IMG_1234_01", "IMG_1234"), ("IMG_1234_1", "IMG_1234"), ("IMG_1234__01", "IMG_1234")),
            ("20190203_040506-12", "20190203_040506"),
        ),
        ("IMG_1234-123", "IMG_1234", "20190203_040506_001", "-01", "IMG_1234-00"),
    ),
    CopyName(
        "Windows, macOS, file managers: copy",
        rf"(?P<of>.+?)(?: ?[-_–] ?| ?\(| )(?:{_COPY})\)?{_NUMBER}?",
        False,
        (
            *(
                ("IMG_1234 - Kopie", "IMG_1234"),
                ("IMG_1234 copy 2", "IMG_1234"),
                ("IMG_1234_copy", "IMG_1234"),
            ),
            *(("IMG_1234 – Kopie (3)", "IMG_1234"), ("IMG_1234 (Kopie)", "IMG_1234"), ("x - コピー", "x")),
        ),
        ("copy", "photocopy", "IMG_1234copy"),
    ),
    CopyName(
        "Windows and file managers: copy of",
        rf"(?:{_COPY_OF}) (?P<of>.+)",
        False,
        (("Copy of IMG_1234", "IMG_1234"), ("Kopie von Küste", "Küste"), ("Copia de a", "a")),
        ("copy of", "Copyofit"),
    ),
    CopyName(
        "Windows, macOS, browsers, file managers: numbers in parentheses",
        r"(?P<of>.+?) ?\(\d{1,3}\)",
        False,
        (("IMG_1234 (1)", "IMG_1234"), ("IMG_1234(12)", "IMG_1234")),
        ("(1)", "Lake (2019)", "a (b)"),
    ),
)
"""The first row that matches counts."""

_STARTS: Final = ("img_e", *_COPY_OF_WORDS)
_ENDS: Final = (")", *_EDITED_WORDS, *_COPY_WORDS)


def may_be_copy(name: str) -> bool:
    """False for most names that no row matches: matching them all takes 20 times as long."""
    if name.startswith(_STARTS) or name.endswith(_ENDS):
        return True
    return name[-1:].isdigit() and ("_edit_" in name or not name[-4:].isalnum())
