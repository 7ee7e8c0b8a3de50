"""What a decision may query (`subject.Command.decide`)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from services.domain.copies import WorseCopies
from services.domain.estate import Estate
from services.domain.failure import Problem
from services.kernel.log.envelope import Envelope


class Known(Protocol):
    """What a decision may query: the log, and the read tables, which lag slightly behind it."""

    command_id: UUID
    new_id: str
    """For what the command creates: 12 hex digits, the same for the same command id."""
    roots: list[str]
    """Photo folders."""
    default_model: str
    zone: str | None
    """The computer's time zone by its IANA name, if it has one."""

    async def stream(self, name: str) -> list[Envelope]: ...

    async def since(self, position: int) -> list[Envelope]:
        """A page of the messages after the position, in order."""

    async def head(self) -> int: ...

    async def command(self, command_id: UUID) -> Envelope | None: ...

    async def caused_by(self, command: Envelope) -> list[Envelope]:
        """The events that the command caused, in order."""

    async def require_photos(self, ids: Sequence[str]) -> None:
        """Raises NotFound if one is not in the library."""

    async def dates(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Image id -> the date shown for it, ISO 8601."""

    async def keyword_paths(self, ids: Sequence[str]) -> Collection[str]:
        """Keywords that people have given the photos, with what these stand below: `Places|Italy|Rome`."""

    async def undated(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Image id -> when its file was last changed, for those of which nobody knows when they were taken."""

    async def still(self, ids: Sequence[str]) -> Collection[str]:
        """Those of the photos that don't move: no videos, no animations."""

    async def by_name(self, ids: Sequence[str]) -> list[str]:
        """These photos in the natural order of their files' folders and names."""

    async def copies(self, image_id: str) -> Collection[str]:
        """Full paths of the photo's files that are there, in folders that are in use."""

    async def worse_copies(self) -> WorseCopies: ...

    async def city(self, label: str) -> tuple[float, float] | None:
        """Where the largest city of this name lies."""

    async def position(self, image_id: str) -> tuple[float, float] | None:
        """Latitude and longitude at which the photo is shown."""

    async def estate(self, image_id: str) -> Estate:
        """What people have given the photo."""

    async def category_names(self) -> Mapping[str, str]: ...

    def called(self, name: str) -> Sequence[str]:
        """A category's name; of a built-in one, its names in all languages of the pages."""

    async def decided(self, category_id: str) -> Mapping[str, int]:
        """Image id -> the position of the last decision on whether the photo belongs to the category."""

    async def categories(self) -> tuple[int, Mapping[str, Any]]:
        """All, each as a `categories.category.Category`, and the log position they reflect."""

    async def folders(self) -> Collection[str]:
        """Photo folders that were ever given, by the paths that they have now."""

    async def models(self) -> Collection[str]: ...

    async def models_beside(self) -> Mapping[str, Any]:
        """The models that add to what classifiers say, each with its kind."""

    async def has_unclassified(self, model: str) -> bool:
        """Whether there are photos of which the model has neither said something nor failed at it."""

    async def search(self, field: str, *, album: str | None = None, q: str | None = None) -> list[str]:
        """The matching photos, newest first. Raises NotFound, with `field`."""

    async def named_in(self, q: str) -> Sequence[Any]:
        """The categories and albums that a search names, each as an `albums.search_names.SearchName`."""

    async def require_photo_folder(self, folder: str, field: str) -> str:
        """Its path without links. Raises Refused if no scan could look into it."""

    async def lies_at(self, root: str, folder: str) -> bool:
        """Whether most of the files known below the photo folder `root` lie in `folder`, at the same places."""

    async def require_export_folder(self, folder: str, field: str) -> None:
        """Raises Refused if nothing may or can be written there."""

    async def failed_photos(self, model: str, job_id: str | None, reason: str | None) -> list[str]:
        """Photos that a model failed on: in a job, or all that are not ignored; for one reason, or any."""

    async def progress(self, job_id: str) -> Mapping[str, int] | None:
        """Photos in a running or paused job: `total`, and of these `done` and `failed`. None if nobody knows."""

    async def problems(
        self,
        *,
        ignored: bool = False,
        paths: Sequence[str] = (),
        images: Sequence[str] = (),
        model: str | None = None,
        reason: str | None = None,
    ) -> list[Problem]:
        """Those that match all filters."""
