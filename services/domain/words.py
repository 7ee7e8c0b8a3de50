"""Values within sentences; each language formats them in its own way (`services/gateway/i18n/wording.py`)."""

import msgspec

from services.kernel.sentence import Spoken


class Photos(Spoken, msgspec.Struct, frozen=True):
    """`3 photos`."""

    number: int


class Number(Spoken, msgspec.Struct, frozen=True):
    """`15,000`."""

    number: int

    def __str__(self) -> str:
        return str(self.number)


class Percent(Spoken, msgspec.Struct, frozen=True):
    """`35 %`."""

    share: float
    """0 to 1."""


class Moment(Spoken, msgspec.Struct, frozen=True):
    """`12 June 2016, 14:03`."""

    iso: str

    def __str__(self) -> str:
        return self.iso


class Day(Spoken, msgspec.Struct, frozen=True):
    """`1975` or `June 1975`."""

    iso: str

    def __str__(self) -> str:
        return self.iso


class CategoryName(Spoken, msgspec.Struct, frozen=True):
    """`“Dog”`, its name at the time of reading; `a deleted category` if it has none."""

    category_id: str


class CategoryNames(Spoken, msgspec.Struct, frozen=True):
    """Several, separated by commas."""

    category_ids: list[str]


class AlbumName(Spoken, msgspec.Struct, frozen=True):
    """`“Lake”`, its name at the time of reading; `the album` if that is not known."""

    album_id: str


class ModelName(Spoken, msgspec.Struct, frozen=True):
    """`EfficientNet-Lite0`, its name at the time of reading; its id if that is not known."""

    model_id: str


class StoredReason(Spoken, msgspec.Struct, frozen=True):
    """The reason for a failure, as stored in the log."""

    text: str
