"""What the user assigned to a photo, which its successor inherits."""

from typing import Final

import msgspec

from services.gateway.tables.pool import Reader


class Estate(msgspec.Struct, frozen=True, kw_only=True):
    albums: list[str]
    """Their ids."""
    decisions: list[tuple[str, bool]]
    """(category id, whether the photo belongs to it)"""
    taken_at: str | None
    """The corrected date."""
    hidden: bool


_ALBUMS: Final = (
    "SELECT album_id FROM album_image JOIN album USING (album_id) WHERE image_id = ? ORDER BY album_id"
)
_DECISIONS: Final = "SELECT category_id, assigned FROM decision WHERE image_id = ? ORDER BY category_id"
_CORRECTION: Final = "SELECT claim_at FROM correction WHERE image_id = ?"
_HIDDEN: Final = "SELECT 1 FROM hidden WHERE image_id = ?"


async def estate(views: Reader, image_id: str) -> Estate:
    corrected = await views.fetch(_CORRECTION, (image_id,))
    return Estate(
        albums=[row[0] for row in await views.fetch(_ALBUMS, (image_id,))],
        decisions=[(row[0], bool(row[1])) for row in await views.fetch(_DECISIONS, (image_id,))],
        taken_at=corrected[0][0] if corrected else None,
        hidden=bool(await views.fetch(_HIDDEN, (image_id,))),
    )
