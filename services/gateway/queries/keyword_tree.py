"""Keywords as a tree: those in hierarchies below what they stand below, the others at the top."""

from typing import Final

import msgspec

from services.domain.photos.keywords import SEPARATOR
from services.gateway.tables.pool import Views, cached

_PATHS: Final = (
    """SELECT k.path, k.image_id FROM keyword_path k JOIN image i USING (image_id) WHERE i.visible = 1"""
)
_NAMES: Final = """SELECT k.name, count(DISTINCT k.image_id) FROM keyword k JOIN image i USING (image_id)
  WHERE i.visible = 1 GROUP BY k.name"""


class Branch(msgspec.Struct):
    name: str
    path: str
    """With everything above it."""
    count: int
    """Photos with it, or with a keyword below it."""
    below: "list[Branch]"


@cached
async def keyword_tree(views: Views) -> list[Branch]:
    """By name, in each branch."""
    photos: dict[tuple[str, ...], set[str]] = {}
    for path, image_id in await views.fetch(_PATHS):
        names = tuple(path.split(SEPARATOR))
        for depth in range(1, len(names) + 1):
            photos.setdefault(names[:depth], set()).add(image_id)
    branches: dict[tuple[str, ...], Branch] = {(): Branch("", "", 0, [])}
    for names, images in sorted(photos.items()):
        branches[names] = branch = Branch(names[-1], SEPARATOR.join(names), len(images), [])
        branches[names[:-1]].below.append(branch)
    in_paths = {name for names in photos for name in names}
    top = branches[()].below
    top += [
        Branch(name, name, count, []) for name, count in await views.fetch(_NAMES) if name not in in_paths
    ]
    for branch in branches.values():
        branch.below.sort(key=lambda one: (one.name.casefold(), one.name))
    return top
