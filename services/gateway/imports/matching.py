"""Which photo a record of another program is about. What is not certain is not guessed.

By content, where the program gives it; then by the end of the path and the size; and where only the name fits, by the
date. A RAW file and its JPEG of one name in one folder are one photo to programs that name no suffix.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from services.gateway.imports.contract import ImportRecord
from services.gateway.queries.imports import PlacedFile
from services.kernel.paths import one_spelling

NO_SUCH_NAME: Final = "No photo in the library has this name."
SEVERAL: Final = "Several photos in the library have this name, and it can’t be told which is meant."
ONLY_THE_NAME: Final = (
    "A photo has this name, but it lies in another folder, and was perhaps taken at another time."
)
_QUARTER_S: Final = 900
"""UTC offsets are whole quarters of an hour …"""
_FURTHEST_S: Final = 14 * 3600
"""… and no place's is larger."""


_NUMBERED: Final = re.compile(r"(?:.*_)?(\d{5,20})(?:_o)?", re.ASCII | re.DOTALL)


class Match(NamedTuple):
    images: list[str]
    """Their ids; empty if there is none."""
    reason: str = ""
    """Why not."""


def without_suffix(name: str) -> str:
    dot = name.rfind(".")
    return name[:dot] if dot > 0 else name


def _number(name: str) -> str:
    """Flickr's in the name of a file; empty if there is none."""
    match = _NUMBERED.fullmatch(without_suffix(name))
    return match[1] if match else ""


class WantedFiles:
    """Those that some records look for: by their names, and where the content tells, by their sizes."""

    def __init__(self, records: Iterable[ImportRecord]) -> None:
        self._names: set[str] = set()
        self._stems: set[str] = set()
        self._numbers: set[str] = set()
        self._sizes: set[int] = set()
        for record in records:
            names = (_parts(path)[-1] for path in (record.path, *record.others))
            (self._stems if record.stem else self._names).update(names)
            self._numbers.update([record.number] if record.number else [])
            self._sizes.update([record.size] if record.digest and record.size else [])

    def wants(self, name: str, size: int) -> bool:
        """Pure: used in a thread."""
        one = one_spelling(name)
        return (
            size in self._sizes
            or one in self._names
            or without_suffix(one) in self._stems
            or (bool(self._numbers) and _number(one) in self._numbers)
        )


class Matching:
    """Of records among the files that have their names."""

    def __init__(self, files: Sequence[PlacedFile], dates: Mapping[str, str], above: str = "") -> None:
        """`dates`: of all photos in question. `above`: the folder that the records' paths are below."""
        self._dates, self._above = dates, _parts(above)
        self._named: dict[str, list[PlacedFile]] = defaultdict(list)
        self._stemmed: dict[str, list[PlacedFile]] = defaultdict(list)
        self._numbered: dict[str, list[PlacedFile]] = defaultdict(list)
        for file in files:
            name = one_spelling(file.name)
            self._named[name].append(file)
            self._stemmed[without_suffix(name)].append(file)
            if number := _number(name):
                self._numbered[number].append(file)

    def of(self, record: ImportRecord) -> Match:
        if record.image_id and record.image_id in self._dates:
            return Match([record.image_id])
        if files := self._numbered.get(record.number):
            return Match(list(dict.fromkeys(file.image_id for file in files)))
        matches = [self._by_path(record, path) for path in (record.path, *record.others)]
        return next((match for match in matches if match.images), matches[0])

    def _by_path(self, record: ImportRecord, path: str) -> Match:
        *folders, name = _parts(path)
        files = (self._stemmed if record.stem else self._named).get(name, [])
        if not files:
            return Match([], NO_SUCH_NAME)
        same_size = [file for file in files if file.size == record.size]
        depth, nearest = _nearest([*self._above, *folders], same_size or files)
        images = list(dict.fromkeys(file.image_id for file in nearest))
        if len(images) > 1 and not (record.stem and _together(nearest)):
            return self._only_one(record, images)
        sure = bool(same_size) or self._is_sure(record, nearest, depth, len(folders))
        return Match(images) if sure else Match([], ONLY_THE_NAME)

    def _only_one(self, record: ImportRecord, images: Sequence[str]) -> Match:
        agreeing = [image for image in images if self._agrees(record, image)]
        return Match(agreeing) if len(agreeing) == 1 else Match([], SEVERAL)

    def _is_sure(self, record: ImportRecord, files: Sequence[PlacedFile], depth: int, folders: int) -> bool:
        """By more than the name. `depth`: how many folders are the same, of those that the record gives and those above
        them; `folders`: how many it gives. A size differs where a program has written into the file."""
        if any(self._agrees(record, file.image_id) for file in files):
            return True
        other_date = bool(record.facts.taken_at)
        if record.size is not None and other_date:
            return False
        if depth >= max(folders, 1):
            return True
        if depth:
            return not other_date
        return not folders and (not other_date or not any(file.folder for file in files))

    def _agrees(self, record: ImportRecord, image: str) -> bool:
        return same_clock(record.facts.taken_at, self._dates.get(image))


def _together(files: Sequence[PlacedFile]) -> bool:
    return len({(file.root, file.folder) for file in files}) == 1


def _parts(path: str) -> list[str]:
    slashes = path.replace("\\", "/") if "/" not in path or path[1:3] == ":\\" else path
    return [one_spelling(part) for part in slashes.split("/") if part not in ("", ".")] or [""]


def _nearest(folders: Sequence[str], files: Sequence[PlacedFile]) -> tuple[int, list[PlacedFile]]:
    """Those with the most folders above them in common, and how many these are."""
    depths = [(_depth(folders, file), file) for file in files]
    most = max(depth for depth, _ in depths)
    return most, [file for depth, file in depths if depth == most]


def _depth(folders: Sequence[str], file: PlacedFile) -> int:
    """How many folders above the file are the same."""
    own = _parts(f"{file.root}/{file.folder}")
    depth = 0
    for mine, theirs in zip(reversed(folders), reversed(own), strict=False):
        if mine != theirs:
            break
        depth += 1
    return depth


def same_clock(one: str | None, other: str | None) -> bool:
    """Whether two dates may be of one moment: the clock shows the same minute, or is that of another time zone."""
    if not one or not other:
        return False
    if one[:16] == other[:16]:
        return True
    moments = [datetime.fromisoformat(text).replace(tzinfo=None) for text in (one, other)]
    apart = abs((moments[0] - moments[1]).total_seconds())
    return apart <= _FURTHEST_S and (apart + 1) % _QUARTER_S <= 2
