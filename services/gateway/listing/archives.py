"""Archives in a walk: their members are listed as if they had been unpacked where the archive lies.

A member's path begins with the archive's: `takeout-001.zip/Takeout/Google Photos/Rome/a.jpg`. What is left out of
folders is left out of archives by the same rules, but for `.albumenignore` files, which have no effect in there.
"""

import os
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from services.gateway.archives.listing import Listing, Member, Unlistable
from services.gateway.archives.opening import NoMember, NoRoom, contents_of
from services.gateway.archives.shelf import Shelf
from services.gateway.listing.found import NOTHING_HERE, ArchiveRead, Found, LeftOut, Passed
from services.gateway.listing.walk import Archive, Folder, Step, walk
from services.gateway.reading.content import unreadable
from services.gateway.sidecars.takeout_parts import common
from services.kernel.paths import from_text, to_text
from services.knowledge.archives import is_archive, is_readable
from services.knowledge.programs import is_hidden, is_of_program
from services.knowledge.signatures import is_media as begins_as_media
from services.knowledge.suffixes import is_media, is_sidecar


class Archives:
    """Those of one root."""

    def __init__(
        self,
        root: Path,
        shelf: Shelf,
        known: Container[str] = (),
        unread: Collection[Found] = (),
        elsewhere: Iterable[str] = (),
    ) -> None:
        """`known`, `elsewhere`: as of `walk`. `unread`: archives that an earlier scan could not read, as they were."""
        self._root, self._shelf, self._known = root, shelf, known
        self._unread = {(one.path, one.size, one.mtime_ns): one.ctime_ns for one in unread}
        self._elsewhere = [Path(one) for one in elsewhere]
        self.beside: list[ArchiveRead] = []
        """Siblings, once their folders are known."""

    def walked(self, steps: Iterator[Step]) -> Iterator[Step]:
        """The steps of a walk with members after each archive's `ArchiveRead`."""
        for step in steps:
            if isinstance(step, Archive):
                yield from self._members(step)
            else:
                yield step

    def siblings(self) -> dict[str, Iterator[Folder]]:
        """Of an archive that is the root: other roots that are archives in the same folder and parts of the same
        export, by the way there from here (`../takeout-002.zip`), with their folders, whose paths begin with that
        way."""
        if not is_readable(self._root.name):
            return {}
        others = [one for one in self._elsewhere if one.parent == self._root.parent and one != self._root]
        return {
            f"../{to_text(path.name)}": self._beside(path)
            for path in others
            if is_readable(path.name) and common(path.name) == common(self._root.name)
        }

    def _beside(self, root: Path) -> Iterator[Folder]:
        way = f"../{to_text(root.name)}"
        for step in Archives(root, self._shelf).walked(walk(root)):
            if isinstance(step, ArchiveRead):
                self.beside.append(replace(step, file=replace(step.file, path=way), anew=False))
            elif isinstance(step, Folder):
                yield Folder(
                    f"{way}/{step.path}",
                    [replace(item, path=f"{way}/{item.path}") for item in step.pictures],
                    [replace(item, path=f"{way}/{item.path}") for item in step.beside],
                )

    def _members(self, archive: Archive) -> Iterator[Step]:
        file = archive.file
        place = os.path.realpath(os.path.join(self._root, from_text(file.path)))  # noqa: PTH118  may not be UTF-8
        mark = (file.path, file.size, file.mtime_ns)
        if mark in self._unread and self._unread[mark] in (None, file.ctime_ns):
            yield ArchiveRead(file, whole=False, anew=False)
            return
        try:
            listing = contents_of(place, self._shelf).listing
        except (FileNotFoundError, NoMember):
            return
        except Unlistable as error:
            yield ArchiveRead(file, str(error), whole=False)
            return
        except OSError as error:
            yield ArchiveRead(file, unreadable(error), whole=False)
            return
        except NoRoom:  # the previews' disk is full: whoever reads a photo says so
            yield ArchiveRead(file, whole=False, anew=False)
            return
        yield ArchiveRead(file, listing.trouble, listing.whole)
        yield from _Tree(archive, listing, self._known, self._root.name).steps()


class _Tree:
    """The folders of an archive."""

    def __init__(self, archive: Archive, listing: Listing, known: Container[str], root_name: str) -> None:
        self._path, self._ctime_ns, self._ignored = archive.file.path, archive.file.ctime_ns, archive.ignored
        self._members, self._known, self._root_name = listing.members, known, root_name
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
        return bool(member.head) and (place in self._known or begins_as_media(name, member.head))

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
