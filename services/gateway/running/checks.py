"""Known files of one root whose bytes are the same: their change times are recorded, many in one fact, and if they are
read again also what they say differently."""

from pathlib import Path
from typing import Final

from services.domain.files.checked import CheckedFile
from services.domain.subject import Event, event_of
from services.gateway.archives.shelf import Shelf
from services.gateway.exporting.library import library_id
from services.gateway.listing.found import Found
from services.gateway.queries.reads import FileRow
from services.gateway.reading import fingerprint
from services.gateway.reading.photo import Photo
from services.gateway.reading.threads import to_photo_thread
from services.gateway.running import again
from services.gateway.running.facts import Facts
from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Log
from services.kernel.paths import to_text

TOGETHER: Final = 256
"""Files in one fact."""


class Checks:
    def __init__(self, root: Path, facts: Facts, events: Log, shelf: Shelf) -> None:
        """`shelf`: of archives."""
        self._root, self._facts, self._log, self._shelf = root, facts, events, shelf
        self._files: list[CheckedFile] = []
        self._sidecars: list[CheckedFile] = []
        self._library: str | None = None

    def file(self, item: Found, image_id: str, photo: Photo | None = None, facts: int = 0) -> None:
        """`photo`: if the file was read again; `facts`: by which version, if only its words were."""
        self._files.append(
            CheckedFile(
                image_id=image_id,
                path=item.path,
                ctime_ns=item.ctime_ns,
                inode=item.inode,
                facts=photo.facts.facts if photo else facts,
                taken_at=photo.place_at if photo else None,
                taken_at_source=photo.place_source if photo else None,
            )
        )

    def sidecar(self, item: Found, image_id: str) -> None:
        self._sidecars.append(CheckedFile(image_id=image_id, path=item.path, ctime_ns=item.ctime_ns))

    async def touched(self, item: Found, row: FileRow) -> str | None:
        """The image's id if the file still has the same bytes, which takes no decoding to see."""
        if row.image_id is None or not row.same(item.size, item.mtime_ns):
            return None
        image = await to_photo_thread(fingerprint.of_file, to_text(str(self._root)), item.path, self._shelf)
        if image != row.image_id:
            return None
        self.file(item, row.image_id)
        return row.image_id

    async def again(self, item: Found, photo: Photo) -> list[Record]:
        """Of a file that was read again: what its bytes say now, if that is something else."""
        self.file(item, photo.image_id, photo)
        facts = again.corrected(await self.stream(photo.image_id), photo.imported())
        return [self._facts.corrected(facts)] if facts else []

    def records(self) -> list[Record]:
        """Of all files so far."""
        files, sidecars = self._files, self._sidecars
        starts = range(0, max(len(files), len(sidecars)), TOGETHER)
        return [
            self._facts.checked(self._root, files[n : n + TOGETHER], sidecars[n : n + TOGETHER])
            for n in starts
        ]

    async def library(self) -> str:
        """As in `exporting/library.py`."""
        if self._library is None:
            self._library = await library_id(self._log)
        return self._library

    async def stream(self, image_id: str) -> list[Event]:
        """All events of an image."""
        return [event_of(row) for row in await self._log.read_stream(f"image-{image_id}")]
