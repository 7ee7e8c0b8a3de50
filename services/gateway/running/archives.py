"""Archives during a scan: their members are walked as if they had been unpacked where the archive lies.

A member's path begins with the archive's: `takeout-001.zip/Takeout/Google Photos/Rome/a.jpg`. What is left out of
folders is left out of archives by the same rules, but for `.albumenignore` files, which have no effect in there.
"""

import asyncio
import concurrent.futures
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog
from msgspec.structs import replace

from services.gateway.archives.listing import Listing, Member, Unlistable
from services.gateway.archives.opening import inside
from services.gateway.archives.shelf import Contents, Shelf
from services.gateway.queries.known import KnownFiles
from services.gateway.reading.content import unreadable
from services.gateway.running.counts import Counts
from services.gateway.running.facts import Facts
from services.gateway.running.walk import NOTHING_HERE, Archive, Folder, Found, LeftOut, Passed, Step, walk
from services.gateway.sidecars.takeout_parts import common
from services.gateway.workers.pool import PreviewNotWritten, Vanished, WorkerPool
from services.kernel.log.envelope import Record
from services.kernel.paths import from_text, to_text
from services.knowledge.archives import archive_of, is_archive, is_readable
from services.knowledge.programs import is_hidden, is_of_program
from services.knowledge.signatures import is_media as begins_as_media
from services.knowledge.suffixes import is_media, is_sidecar

log = structlog.get_logger(__name__)


class Lists:
    """What archives hold, for the threads of one scan: from the shelf, or read by a worker."""

    def __init__(self, pool: WorkerPool, previews: Path) -> None:
        self._pool, self.shelf = pool, Shelf(previews)
        self._loop = asyncio.get_running_loop()
        self._asking: set[concurrent.futures.Future[str | None]] = set()

    def contents(self, archive: str) -> Contents:
        """`archive`: a real path. Raises Unlistable, FileNotFoundError, OSError, and what the pool does."""
        if contents := self.shelf.contents(os.stat(archive)):  # noqa: PTH116  names may not be UTF-8
            return contents
        question = asyncio.run_coroutine_threadsafe(self._ask(archive), self._loop)
        self._asking.add(question)
        try:
            reason = question.result()
        finally:
            self._asking.discard(question)
        if reason:
            raise Unlistable(reason)
        if contents := self.shelf.contents(os.stat(archive)):  # noqa: PTH116  as above
            return contents
        raise FileNotFoundError(archive)  # another one already: the next scan reads that

    async def _ask(self, archive: str) -> str | None:
        rejected = await self._pool.members(Path(archive))
        return rejected.reason if rejected else None

    def may_hold(self, root: str, path: str) -> bool:
        """Whether the path leads to a member of an archive, or into one that can't be read; both as `kernel.paths`
        writes names."""
        try:
            return self._member(root, path) is not None
        except (FileNotFoundError, Vanished):
            return False
        except (OSError, Unlistable):
            return True

    def member(self, root: str, path: str) -> Member | None:
        """What the path leads to in an archive; both as `kernel.paths` writes names. None if it can't be read."""
        try:
            return self._member(root, path)
        except (OSError, Unlistable, Vanished, PreviewNotWritten):
            return None

    def _member(self, root: str, path: str) -> Member | None:
        where = inside(root, path)
        return self.contents(where.archive).by_name.get(where.name) if where else None

    def stop(self) -> None:
        """Threads that wait for a worker wait no longer."""
        for question in list(self._asking):
            question.cancel()


class Archives:
    """Those of one root."""

    def __init__(self, root: Path, roots: Mapping[str, KnownFiles], lists: Lists) -> None:
        """`roots`: all that are scanned."""
        self._root, self._roots, self._before, self._lists = root, roots, roots[str(root)], lists
        self.there: set[str] = set()
        """Paths of those that exist, and of folders that have such names."""
        self.blocked: list[str] = []
        """Paths of those that can't be read, or not to their end: their photos stay."""
        self._readable: list[str] = []
        self._troubles: list[tuple[Found, str]] = []

    def walked(self, steps: Iterator[Step]) -> Iterator[Step]:
        """The steps of a walk with members in the place of archives. For a thread."""
        for step in steps:
            if isinstance(step, Archive):
                yield from self._members(step)
            else:
                if isinstance(step, Folder) and (path := archive_of(f"{step.path}/")):
                    self.there.add(path)
                yield step

    def siblings(self) -> dict[str, Iterator[Folder]]:
        """Of an archive that is the root: other roots that are archives in the same folder and parts of the same
        export, by the way there from here (`../takeout-002.zip`), with their folders, whose paths begin with that
        way."""
        if not is_readable(self._root.name):
            return {}
        others = [
            path for path in map(Path, self._roots) if path.parent == self._root.parent and path != self._root
        ]
        return {
            f"../{to_text(path.name)}": self._beside(path)
            for path in others
            if is_readable(path.name) and common(path.name) == common(self._root.name)
        }

    def _beside(self, root: Path) -> Iterator[Folder]:
        way, other = f"../{to_text(root.name)}", Archives(root, self._roots, self._lists)
        for step in other.walked(walk(root)):
            if isinstance(step, Folder):
                yield Folder(
                    f"{way}/{step.path}",
                    [replace(item, path=f"{way}/{item.path}") for item in step.pictures],
                    [replace(item, path=f"{way}/{item.path}") for item in step.beside],
                )
        if other.there and not other.blocked:
            self.there.add(way)

    def _members(self, archive: Archive) -> Iterator[Step]:
        path = archive.file.path
        self.there.add(path)
        if self._is_unreadable_still(archive.file):
            self.blocked.append(path)
            return
        place = os.path.realpath(os.path.join(self._root, from_text(path)))  # noqa: PTH118  as above
        try:
            listing = self._lists.contents(place).listing
        except (FileNotFoundError, Vanished):
            self.there.discard(path)
            return
        except Unlistable as error:
            self._trouble(archive.file, str(error))
            return
        except OSError as error:
            self._trouble(archive.file, unreadable(error))
            return
        if listing.trouble:
            self._trouble(archive.file, listing.trouble, blocked=not listing.whole)
        else:
            self._readable.append(path)
        yield from _Tree(archive, listing, self._before, self._root.name).steps()

    def _is_unreadable_still(self, file: Found) -> bool:
        """Neither it nor what was wrong with it has changed."""
        row = self._before.files.get(file.path)
        place = os.path.join(self._root, from_text(file.path))  # noqa: PTH118  as above
        if (
            row is None
            or row.image_id
            or not row.same(file.size, file.mtime_ns)
            or row.touched(file.ctime_ns)
        ):
            return False
        try:
            return self._lists.shelf.contents(os.stat(place)) is None  # noqa: PTH116  as above
        except OSError:
            return False

    def _trouble(self, file: Found, reason: str, blocked: bool = True) -> None:
        log.warning("an archive can't be read as a whole", path=file.path, reason=reason)
        self._troubles.append((file, reason))
        if blocked:
            self.blocked.append(file.path)

    def records(self, facts: Facts, counts: Counts) -> list[Record]:
        """What is wrong with archives now, and no longer is."""
        records = []
        for file, reason in self._troubles:
            row = self._before.files.get(file.path)
            if row is None or not row.same(file.size, file.mtime_ns) or row.touched(file.ctime_ns):
                counts.rejected += 1
                records.append(facts.rejected(self._root, file, reason))
        fine = [path for path in self._readable if path in self._before.files]
        return records + [facts.withdrawn(self._root, path) for path in fine]


class _Tree:
    """The folders of an archive."""

    def __init__(self, archive: Archive, listing: Listing, before: KnownFiles, root_name: str) -> None:
        self._path, self._ctime_ns, self._ignored = archive.file.path, archive.file.ctime_ns, archive.ignored
        self._members, self._before, self._root_name = listing.members, before, root_name
        self._subfolders: dict[str, set[str]] = defaultdict(set)
        """Names in lower case."""
        self._without: set[str] = set()
        """Folders with a marker that no album shows them."""
        self._entered: dict[str, bool] = {"": True}
        self._left_out: list[LeftOut] = []

    def steps(self) -> Iterator[Step]:
        by_folder: dict[str, list[Member]] = defaultdict(list)
        for member in self._members:
            folder, _, name = member.name.rpartition("/")
            by_folder[folder].append(member)
            if name == NOTHING_HERE:
                self._without.add(folder)
        for folder in by_folder:
            while folder:
                above, _, name = folder.rpartition("/")
                self._subfolders[above].add(name.lower())
                folder = above
        for folder, members in sorted(by_folder.items()):
            if self._is_entered(folder):
                yield from self._folder(folder, members)
        yield from self._left_out

    def _folder(self, path: str, members: list[Member]) -> Iterator[Step]:
        here = Folder(self._below(path))
        for member in sorted(members, key=lambda member: member.name):
            name = member.name.rpartition("/")[2]
            place = self._below(member.name)
            if is_archive(name):
                if not self._is_ignored(place):
                    yield Passed(place, "archive")
            elif self._is_of_use(member, name, place) and not self._is_ignored(place):
                file = Found(place, member.size, member.mtime_ns, self._ctime_ns)
                (here.beside if is_sidecar(name) else here.pictures).append(file)
        if here.pictures or here.beside:
            yield here

    def _is_of_use(self, member: Member, name: str, place: str) -> bool:
        if is_media(name) or is_sidecar(name):
            return True
        return bool(member.head) and (place in self._before.files or begins_as_media(name, member.head))

    def _is_entered(self, folder: str) -> bool:
        if folder not in self._entered:
            self._entered[folder] = self._is_of_interest(folder)
        return self._entered[folder]

    def _is_of_interest(self, folder: str) -> bool:
        above, _, name = folder.rpartition("/")
        path = self._below(folder)
        if not self._is_entered(above) or folder in self._without or is_hidden(name):
            return False
        if self._is_ignored(path, folder=True):
            return False
        if is_of_program(f"{self._root_name}/{path}", frozenset(self._subfolders[above])):
            self._left_out.append(LeftOut(path))
            return False
        return True

    def _is_ignored(self, path: str, folder: bool = False) -> bool:
        return bool(self._ignored.rules) and self._ignored.match(from_text(path), folder)

    def _below(self, path: str) -> str:
        return "/".join(part for part in (self._path, path) if part)
