"""What a person has decided about duplicates: the folders that win, the copies that stay, and which photos are none.
Folders that have got another path keep their places."""

import json
from typing import Final

from services.domain.duplicates.copies import CopyKept
from services.domain.duplicates.distinct import DistinctSet
from services.domain.duplicates.folders import FoldersPreferred
from services.domain.files.sources import SourceMoved
from services.projector.rows.statement import Changes, Place, Statement, Table

_FOLDERS, _KEPT = Table("preferred_folders", 1), Table("kept_copy", 1)
_DISTINCT = Table("distinct_photos", 1)
_PREFER = Statement(
    _FOLDERS,
    """INSERT INTO preferred_folders (slot, folders) VALUES (?, ?)
    ON CONFLICT (slot) DO UPDATE SET folders = excluded.folders""",
)
_KEEP = Statement(
    _KEPT,
    "INSERT INTO kept_copy (image_id, path) VALUES (?, ?) ON CONFLICT (image_id) DO UPDATE SET path = excluded.path",
)
_LEAVE_OPEN = Statement(_KEPT, "DELETE FROM kept_copy WHERE image_id = ?")
_TELL_APART = Statement(
    _DISTINCT,
    """INSERT INTO distinct_photos (key, position, image_ids, image_id) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET position = excluded.position""",
)
_NO_LONGER = Statement(_DISTINCT, "DELETE FROM distinct_photos WHERE key = ?")
_MOVED: Final = """(SELECT m.value ->> 'root' || substr({0}, length(m.value ->> 'former') + 1) FROM json_each(?{1}) m
  WHERE {0} = m.value ->> 'former' OR substr({0}, 1, length(m.value ->> 'former') + 1) = m.value ->> 'former' || '/')"""
"""A full path after moves of photo folders; NULL if it is below none of them."""
_MOVE_FOLDERS = Statement(
    _FOLDERS,
    f"""UPDATE preferred_folders SET folders = (
      SELECT json_group_array(coalesce({_MOVED.format("f.value", 2)}, f.value)) FROM json_each(folders) f)
      WHERE slot = ?1""",
)
_MOVE_COPIES = Statement(
    _KEPT,
    f"UPDATE kept_copy SET path = coalesce({_MOVED.format('kept_copy.path', 1)}, path) WHERE path <> ''",
    sweeping=True,
)


def folders_preferred(e: FoldersPreferred, at: Place) -> Changes:
    return [(_PREFER, (1, json.dumps(e.folders, ensure_ascii=False)))]


def copy_kept(e: CopyKept, at: Place) -> Changes:
    if e.every or e.path:
        return [(_KEEP, (e.image_id, e.path))]
    return [(_LEAVE_OPEN, (e.image_id,))]


def distinct_set(e: DistinctSet, at: Place) -> Changes:
    if e.distinct:
        return [(_TELL_APART, (e.key, at.position, json.dumps(e.image_ids), e.image_id))]
    return [(_NO_LONGER, (e.key,))]


def duplicates_moved(e: SourceMoved, at: Place) -> Changes:
    moves = json.dumps([{"former": move.former, "root": move.root} for move in e.moves], ensure_ascii=False)
    return [(_MOVE_FOLDERS, (1, moves)), (_MOVE_COPIES, (moves,))]
