"""Images: the facts about their bytes, and those that the user hid."""

from services.domain.files.checked import FilesChecked
from services.domain.files.events import ImageImported
from services.domain.photos.hiding import ImagesHidden, ImagesUnhidden
from services.projector.projections.dates import milliseconds
from services.projector.rows import rules
from services.projector.rows.mentions import mentioned
from services.projector.rows.statement import Changes, Place, Statement, Table

IMAGE = Table("image", 1)
_HIDDEN = Table("hidden", 1)

IMPORT = Statement(
    IMAGE,
    """INSERT INTO image (image_id, position, taken_ms, taken_at, taken_at_source, visible, upright_width,
      upright_height, colour, format, size, orientation, camera_make, camera_model, lens, f_number, exposure_s, iso,
      focal_mm, latitude, longitude, altitude_m, description, phash, grey, frames, duration_s, cut_off, part, camera,
      kinds, content_identifier, film_offset, film_size, raw, facts, sort_key, own_at, own_ms, own_source)
    VALUES (?, ?, ?3, ?4, ?5, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
      ?, ?, ?, ?, ?, ?, ?4, ?3, ?5)
    ON CONFLICT (image_id) DO UPDATE SET taken_ms = excluded.taken_ms,
      taken_at = excluded.taken_at, taken_at_source = excluded.taken_at_source,
      upright_width = excluded.upright_width, upright_height = excluded.upright_height,
      colour = excluded.colour, format = excluded.format,
      size = excluded.size, orientation = excluded.orientation, camera_make = excluded.camera_make,
      camera_model = excluded.camera_model, lens = excluded.lens, f_number = excluded.f_number,
      exposure_s = excluded.exposure_s, iso = excluded.iso, focal_mm = excluded.focal_mm,
      latitude = excluded.latitude, longitude = excluded.longitude, altitude_m = excluded.altitude_m,
      description = excluded.description, phash = excluded.phash, grey = excluded.grey, frames = excluded.frames,
      duration_s = excluded.duration_s, cut_off = excluded.cut_off, part = excluded.part, camera = excluded.camera,
      kinds = excluded.kinds, content_identifier = excluded.content_identifier, film_offset = excluded.film_offset,
      film_size = excluded.film_size, raw = excluded.raw, facts = excluded.facts, own_at = excluded.own_at,
      own_ms = excluded.own_ms, own_source = excluded.own_source""",
)
"""`visible`, the sort key and the date are corrected by the triggers, or at the end of a bulk load."""
READ_BY = Statement(IMAGE, "UPDATE image SET facts = ?2 WHERE image_id = ?1")
HIDE = Statement(
    _HIDDEN,
    """INSERT INTO hidden (image_id, position) VALUES (?, ?)
    ON CONFLICT (image_id) DO UPDATE SET position = excluded.position""",
)
SHOW = Statement(_HIDDEN, "DELETE FROM hidden WHERE image_id = ?")


def image_imported(e: ImageImported, at: Place) -> Changes:
    values = (
        e.image_id, at.position, milliseconds(e.taken_at), e.taken_at, e.taken_at_source,
        e.width, e.height, e.colour, e.format, e.size, e.orientation,
        e.camera_make, e.camera_model, e.lens, e.f_number, e.exposure_s, e.iso, e.focal_mm,
        e.latitude, e.longitude, e.altitude_m, e.description,
        _signed(e.phash), int(e.grey), e.frames, e.duration_s, int(e.cut_off), rules.part(e), rules.camera(e),
        rules.stored(rules.of_picture(e)), e.content_identifier, e.film_offset, e.film_size,
        int(e.format in rules.RAWS), e.facts, "",
    )  # fmt: skip
    return [(IMPORT, values)]


def images_reread(e: FilesChecked, at: Place) -> Changes:
    return [(READ_BY, (one.image_id, one.facts)) for one in e.files if one.facts]


def _signed(phash: str | None) -> int | None:
    """16 hex digits as an integer: SQLite's are signed."""
    return int.from_bytes(bytes.fromhex(phash), signed=True) if phash else None


def images_hidden(e: ImagesHidden, at: Place) -> Changes:
    return [*[(HIDE, (image, at.position)) for image in e.image_ids], *mentioned(e.image_ids, at)]


def images_unhidden(e: ImagesUnhidden, at: Place) -> Changes:
    return [*[(SHOW, (image,)) for image in e.image_ids], *mentioned(e.image_ids, at)]
