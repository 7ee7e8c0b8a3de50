"""What people have given a photo: an edit of it inherits that."""

from collections.abc import Mapping
from typing import Literal

import msgspec


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """That a photo is no duplicate of others, as in `duplicates/distinct.py`."""

    others: list[str]
    """Their ids, without the photo's own."""
    only: str | None = None
    """The only one of all that is no duplicate of the others, `""` for the photo itself; None: no two of them are
    duplicates."""


class Estate(msgspec.Struct, frozen=True, kw_only=True):
    albums: list[str] = []
    """Their ids."""
    decisions: list[tuple[str, bool]] = []
    """(category id, whether the photo belongs to it)"""
    taken_at: str | None = None
    """The corrected date."""
    precision: Literal["year", "month", "second"] = "second"
    """How far it is known."""
    hidden: bool = False
    remarks: list[tuple[str, str, str | int]] = []
    """(field, item, value) as in `photos/remark.py`."""
    apart: list[Apart] = []

    def __bool__(self) -> bool:
        return bool(
            self.albums or self.decisions or self.taken_at or self.hidden or self.remarks or self.apart
        )

    def without(self, field: str) -> "Estate":
        """The same but for what was said in this respect."""
        return msgspec.structs.replace(self, remarks=[one for one in self.remarks if one[0] != field])

    def among(self, heirs: Mapping[str, str]) -> "Estate":
        """The same, said of the photos that others are now. `heirs`: former id -> id."""
        apart = [
            Apart(
                others=list(dict.fromkeys(heirs.get(id_, id_) for id_ in one.others)),
                only=heirs.get(one.only, one.only) if one.only else one.only,
            )
            for one in self.apart
        ]
        return msgspec.structs.replace(self, apart=apart)

    def beyond(self, own: "Estate") -> "Estate":
        """What a photo that already has its own still lacks; where both say something, its own stays."""
        decided = {category for category, _ in own.decisions}
        remarked = {(field, item) for field, item, _ in own.remarks}
        return Estate(
            albums=[album for album in self.albums if album not in own.albums],
            decisions=[one for one in self.decisions if one[0] not in decided],
            taken_at=None if own.taken_at else self.taken_at,
            precision=self.precision,
            hidden=self.hidden and not own.hidden,
            remarks=[one for one in self.remarks if one[:2] not in remarked],
            apart=[one for one in self.apart if one not in own.apart],
        )
