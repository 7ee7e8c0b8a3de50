"""The categories and albums that a smart album's search names."""

import msgspec


class SearchName(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a name in the search meant when it was written: the album goes on showing that, whatever it is called
    later."""

    key: str
    """`category`, `kind` or `album`; empty for a word without a key."""
    value: str
    """As it is written in the search."""
    category_ids: list[str] = []
    album_ids: list[str] = []
    whole: bool = True
    """The value is their whole name. False: its beginning, so that others that begin so count as well."""
