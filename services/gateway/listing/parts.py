"""Brings together, during a walk, the folders that were one in a Takeout export before it was split into archives,
unpacked or not."""

import itertools
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from services.gateway.listing.found import Found
from services.gateway.listing.walk import Folder, Step
from services.gateway.sidecars import matching, takeout_parts
from services.kernel.paths import from_text
from services.knowledge.archives import is_readable


def joined(
    root: Path, items: Iterator[Step], siblings: Mapping[str, Iterator[Folder]] = MappingProxyType({})
) -> Iterator[Step]:
    """All folders of the walk, those of exports in several parts last, each with what lies in the other parts.
    `siblings`: of a root that is a part itself, the other ones, by the way there; with their folders."""
    within = f"{root.name}/" if siblings else ""
    several: dict[tuple[str, str], bool] = {}
    held: dict[takeout_parts.PartPlace, list[Folder]] = defaultdict(list)
    for item in items:
        place = takeout_parts.part_place(within + item.path) if isinstance(item, Folder) else None
        if not isinstance(item, Folder) or place is None:
            yield item
            continue
        export = (place.around, place.export)
        if export not in several:
            several[export] = bool(siblings) or _parts(root, *export) > 1
        if several[export]:
            held[place].append(item)
        else:
            yield item
    others: dict[takeout_parts.PartPlace | None, list[Folder]] = defaultdict(list)
    for folder in itertools.chain.from_iterable(siblings.values()):
        others[takeout_parts.part_place(folder.path.removeprefix("../"))].append(folder)
    for place, folders in held.items():
        for folder in folders:
            elsewhere = [other for other in folders if other is not folder]
            yield replace(folder, elsewhere=elsewhere + others[place])


def sidecars(folder: Folder) -> dict[str, list[Found]]:
    """Of each picture of the folder, and of other parts' pictures with their sidecars here, by name (`matching.match`).

    Names are unique in an export. If two parts nevertheless have pictures with one name, each has only its own part's
    sidecars.
    """
    own = {item.name: item for item in folder.beside}
    beside, others = own, set[str]()
    for part in folder.elsewhere:
        beside = {item.name: item for item in part.beside} | beside
        others.update(item.name for item in part.pictures)
    if not beside:
        return {}
    pictures = [item.name for item in folder.pictures]
    matched = matching.match([*pictures, *sorted(others.difference(pictures))], list(beside))
    return {
        picture: [beside[name] for name in names if name in own or picture not in others]
        for picture, names in matched.items()
    }


def companions(folder: Folder) -> tuple[dict[str, list[Found]], list[Found]]:
    """The sidecars of each picture by its name (`sidecars`), and files that may say something of the folder as an
    album, of this part first."""
    beside, matched = {item.name: item for item in folder.beside}, sidecars(folder)
    for part in folder.elsewhere:
        beside |= {item.name: item for item in part.beside if item.name not in beside}
    owned = {name: [sidecar.name for sidecar in own] for name, own in matched.items()}
    names = matching.album_candidates(list(beside), owned) if beside else []
    return matched, [beside[name] for name in names]


def _parts(root: Path, around: str, export: str) -> int:
    """How many folders and archives have the name of a part of this export."""
    try:
        with os.scandir(root / from_text(around)) as listing:
            names = [one.name for one in listing if one.is_dir() or is_readable(one.name)]
            return sum(takeout_parts.common(name) == export for name in names)
    except OSError:
        return 0
