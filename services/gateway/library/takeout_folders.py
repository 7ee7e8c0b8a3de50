"""Which of Takeout's folders are no albums: those of the years, and the bin.

Their names are in the language of the account.
"""

import re
import unicodedata
from typing import Final

_YEAR: Final = re.compile(r"\S.*\s(?:19|20)\d\d(?:\([0-9]+\))?", re.DOTALL)

_TRASH: Final = frozenset(
    unicodedata.normalize("NFC", word).casefold()
    for word in (
        *(
            "Trash",
            "Bin",
            "Papierkorb",
            "Corbeille",
            "Papelera",
            "Paperera",
            "Cestino",
            "Prullenbak",
            "Lixeira",
            "Lixo",
        ),
        *(
            "Reciclagem",
            "Kosz",
            "Koš",
            "Kôš",
            "Papperskorg",
            "Papperskorgen",
            "Papirkurv",
            "Papirkurven",
            "Papurkurv",
        ),
        *(
            "Roskakori",
            "Kuka",
            "Lomtár",
            "Çöp kutusu",
            "Çöp Kutusu",
            "Coș de gunoi",
            "Smeće",
            "Otpad",
            "Smetnjak",
        ),
        *(
            "Корзина",
            "Кошик",
            "Кошче",
            "Отпад",
            "Κάδος",
            "Κάδος απορριμμάτων",
            "Thùng rác",
            "Sampah",
            "ถังขยะ",
        ),
        *(
            "ごみ箱",
            "ゴミ箱",
            "휴지통",
            "回收站",
            "垃圾桶",
            "垃圾箱",
            "废纸篓",
            "回收桶",
            "אשפה",
            "المهملات",
            "ट्रैश",
        ),
    )
)


def is_year_folder(folder: str) -> bool:
    """`Photos from 2023` in any language: words and a year. `Italy 2019` looks the same, but has an album's file."""
    return _YEAR.fullmatch(folder.strip()) is not None


def is_trash_folder(folder: str) -> bool:
    return unicodedata.normalize("NFC", folder.strip()).casefold() in _TRASH
