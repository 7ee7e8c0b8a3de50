"""Takeout's folders that aren't albums: those of the years, and the bin. Named in the account's language."""

import re
import unicodedata
from typing import Final

_YEAR: Final = re.compile(
    r"(photos?|fotos?|foto[’']?s|fotografi(i|je|es|as?)|fotoğraflar|kuvat|zdjęcia|fényképek|bilder|billeder|valokuvat|фото|фотографии"
    r"|写真|사진|照片|相片|nuotraukos|fotod|hình ảnh|ảnh)\b.*?\s?(1[89]|20)\d\d\D{0,12}",
    re.IGNORECASE | re.DOTALL,
)
"""The word for photos and a year: `Photos from 2017`, `Fotos von 2017`, and the like in other languages."""

_TRASH: Final = frozenset(
    unicodedata.normalize("NFC", word).casefold()
    for word in (
        *("Trash", "Bin", "Papierkorb", "Corbeille", "Papelera", "Paperera", "Cestino", "Prullenbak"),
        *("Lixeira", "Lixo", "Reciclagem", "Kosz", "Koš", "Kôš", "Papperskorg", "Papperskorgen"),
        *("Papirkurv", "Papirkurven", "Papurkurv", "Roskakori", "Kuka", "Lomtár", "Çöp kutusu"),
        *("Çöp Kutusu", "Coș de gunoi", "Smeće", "Otpad", "Smetnjak", "Корзина", "Кошик", "Кошче", "Отпад"),
        *("Κάδος", "Κάδος απορριμμάτων", "Thùng rác", "Sampah", "ถังขยะ", "ごみ箱", "ゴミ箱", "휴지통"),
        *("回收站", "垃圾桶", "垃圾箱", "废纸篓", "回收桶", "אשפה", "المهملات", "ट्रैश"),
    )
)


def is_year_folder(folder: str) -> bool:
    """`Photos from 2023` in any known language; `Italy 2019` is an album."""
    return _YEAR.fullmatch(unicodedata.normalize("NFC", folder.strip())) is not None


def is_trash_folder(folder: str) -> bool:
    return unicodedata.normalize("NFC", folder.strip()).casefold() in _TRASH
