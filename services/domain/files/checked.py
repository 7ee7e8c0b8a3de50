"""Files whose content is unchanged but whose change time is new to the log."""

from typing import ClassVar

import msgspec

from services.domain.erasure import Erasure
from services.domain.files.events import ScanEvent
from services.domain.subject import Event, Section
from services.kernel.sentence import Sentence, Spoken


class CheckedFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    image_id: str
    path: str
    """Relative to the root."""
    ctime_ns: int | None = None
    """When the file system last changed anything about the file, in ns since 1970."""
    inode: int | None = None
    """As in `FileAdded`."""
    facts: int = 0
    """As in `ImageImported`, if it was read again; 0: it was not."""
    taken_at: str | None = None
    """The date by its name, folder or modification time, if it was read again; else the earlier one holds."""
    taken_at_source: str | None = None


class FilesChecked(ScanEvent, frozen=True, kw_only=True):
    """Files with the content that they had, and their change times as of now: where the log has none yet (early
    versions), or the file got another (new permissions, a hard link, restored from a backup) with the same bytes."""

    TYPE: ClassVar[str] = "files_checked"
    STREAM: ClassVar[str] = "job-{job}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ()
    root: str
    files: list[CheckedFile] = msgspec.field(default_factory=list)
    sidecars: list[CheckedFile] = msgspec.field(default_factory=list)
    """For each picture that one belongs to."""

    def line(self) -> Spoken:
        return Sentence("Checked the files")

    def without(self, erasure: Erasure) -> Event | None:
        files = [one for one in self.files if one.image_id not in erasure.images]
        sidecars = [one for one in self.sidecars if one.image_id not in erasure.images]
        if len(files) + len(sidecars) == len(self.files) + len(self.sidecars):
            return self
        return FilesChecked(root=self.root, files=files, sidecars=sidecars) if files or sidecars else None
