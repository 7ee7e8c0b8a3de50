"""Other programs' files in photo folders that say something of photos, but not as sidecars do: they are imported on
request (`gateway/imports`), and a scan mentions them. By their names alone."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from services.gateway.listing.found import Found, Passed

_NAMES: Final = frozenset({".picasa.ini", "picasa.ini", "digikam4.db"})
_OF_ONE_PHOTO: Final = (".yml", ".yaml")
"""PhotoPrism's; but many programs keep their settings in such files."""

T = TypeVar("T")


def is_importable(name: str) -> bool:
    return name.lower() in _NAMES or name.lower().endswith(_OF_ONE_PHOTO)


def of_photos(passed: Iterable[T], pictures: Sequence[Found]) -> Iterator[T]:
    """Without settings: those files that must have the name of a picture in their folder, and don't."""
    stems: set[str] | None = None
    for one in passed:
        if isinstance(one, Passed) and one.kind == "import" and one.path.lower().endswith(_OF_ONE_PHOTO):
            if stems is None:
                stems = {stem for file in pictures for stem in (file.path, file.path.rpartition(".")[0])}
            if one.path.rpartition(".")[0] not in stems:
                continue
        yield one
