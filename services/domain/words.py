"""Values that sentences hold; each language writes them in its own way (`services/gateway/i18n/wording.py`)."""

import msgspec

from services.kernel.sentence import Spoken


class Photos(Spoken, msgspec.Struct, frozen=True):
    """`3 photos`."""

    number: int


class Number(Spoken, msgspec.Struct, frozen=True):
    """`15,000`."""

    number: int


class Percent(Spoken, msgspec.Struct, frozen=True):
    """`35 %`."""

    share: float
    """0 to 1."""


class Moment(Spoken, msgspec.Struct, frozen=True):
    """`12 June 2016, 14:03`."""

    iso: str


class CategoryName(Spoken, msgspec.Struct, frozen=True):
    """`“Dog”`, as it is called when the sentence is read; `a deleted category`."""

    category_id: str


class CategoryNames(Spoken, msgspec.Struct, frozen=True):
    """Of several, with commas."""

    category_ids: list[str]


class StoredReason(Spoken, msgspec.Struct, frozen=True):
    """Why something could not be done, as the log holds it."""

    text: str
