"""Whether the new content of a path is an edit of the former, and inherits what people gave that. Pure.

Paths are used again for other pictures: files are renumbered or swapped, a camera's counter begins again, `latest.jpg`
is saved over, a folder is restored over another. A picture must never be hidden, or dated, by what was said of another
one; so an edit needs evidence, and a person decides where that is weak.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from services.domain.files.events import ImageImported
from services.gateway.queries.similar import ALIKE, ALIKE_IN_BURST, SHAPES, shape_distance
from services.knowledge.dates import OF_PLACES
from services.knowledge.editors import says_edited
from services.knowledge.formats import Kind, names


class Inheritance(Enum):
    INHERITS = "inherits"
    UNSURE = "unsure"
    """It may be an edit: a person is asked."""
    NO = "no"


_FILMS: Final = names(Kind.FILM)
_UTC: Final = frozenset(("gps", "film"))
"""Sources of dates in UTC; the others tell the time on the camera's clock."""
_NO_TIME: Final = ("T00:00:00", "T12:00:00")
"""Of a day only, which a person has given to a whole box of scans."""
_SIDE: Final = 8
_NONE_ALIKE: Final = 64
"""More bits than two hashes can differ in."""


def inheritance(former: ImageImported, new: ImageImported, *, known: bool, elsewhere: bool) -> Inheritance:
    """`known`: the new content was in the library before; `elsewhere`: the former content still lies at another path.

    A copy that was kept needs nobody to inherit from it, so that makes an edit doubtful and a doubtful one none.
    """
    if known or (former.format in _FILMS) != (new.format in _FILMS):
        return Inheritance.NO
    judged = _judged(former, new)
    if not elsewhere:
        return judged
    return Inheritance.UNSURE if judged is Inheritance.INHERITS else Inheritance.NO


def _judged(former: ImageImported, new: ImageImported) -> Inheritance:
    apart = distance(former, new)
    near, edited = apart <= ALIKE, says_edited(new.software)
    camera, moment = _same(_camera(former), _camera(new)), _same_moment(former, new)
    if camera is False or moment is False:  # another shot; or its date was put right in the file
        if edited and camera is not False and _identical(former, new):
            return Inheritance.INHERITS
        return Inheritance.UNSURE if near else Inheritance.NO
    shape = _same_shape(former, new)
    if camera and moment:
        return Inheritance.INHERITS if near or (shape and not _day_only(new)) else Inheritance.UNSURE
    if near and (moment or edited or _learned(former, new)):
        return Inheritance.INHERITS
    if apart <= ALIKE_IN_BURST or moment or (edited and shape):
        return Inheritance.UNSURE
    return Inheritance.NO


def distance(former: ImageImported, new: ImageImported) -> int:
    """Bits between the perceptual hashes, whichever way the new picture is turned or mirrored; at most 64, which also
    means that one has no hash."""
    if former.phash is None or new.phash is None:
        return _NONE_ALIKE
    bits = int(new.phash, 16)
    return min((bits ^ other).bit_count() for other in _turned(int(former.phash, 16)))


def _turned(bits: int) -> Iterator[int]:
    """The hash of the picture in all eight ways to turn and mirror it.

    Bit 63 - (8 v + h) belongs to the vertical frequency v and the horizontal one h (`reading/phash.py`). Mirroring
    negates the odd frequencies of one direction, and turning by 90° exchanges the directions.
    """
    cells = [(v, h) for v in range(_SIDE) for h in range(_SIDE)][1:]
    for across in (False, True):
        for flip_v in (0, 1):
            for flip_h in (0, 1):
                value = 0
                for v, h in cells:
                    place = _SIDE * h + v if across else _SIDE * v + h
                    value = value << 1 | (bits >> 63 - place & 1) ^ (v & flip_v) ^ (h & flip_h)
                yield value


def _same(one: str | None, other: str | None) -> bool | None:
    """None if either is unknown."""
    return one == other if one and other else None


def _camera(e: ImageImported) -> str | None:
    """The model alone: programs spell makers differently."""
    return " ".join((e.camera_model or e.camera_make or "").casefold().split()) or None


def _same_moment(former: ImageImported, new: ImageImported) -> bool | None:
    """To the second, on the camera's clock, or to the fraction where both have one. None if either has no date of its
    own, or if different fields differ: they are filled in by different programs."""
    sources = {former.taken_at_source, new.taken_at_source}
    if sources & OF_PLACES or (sources & _UTC and not sources <= _UTC):
        return None
    (one, one_fraction), (other, other_fraction) = _clock(former.taken_at), _clock(new.taken_at)
    same = one == other and (one_fraction == other_fraction or not (one_fraction and other_fraction))
    return same if same or len(sources) == 1 else None


def _day_only(e: ImageImported) -> bool:
    return e.taken_at[10:19] in _NO_TIME


def _clock(taken_at: str) -> tuple[str, str]:
    """(`2019-07-14T15:00:01`, the digits of the fraction)"""
    clock, rest = taken_at[:19], taken_at[19:]
    if not rest.startswith("."):
        return clock, ""
    digits = rest[1:].partition("+")[0].partition("-")[0].partition("Z")[0]
    return clock, digits.rstrip("0")


def lies_otherwise(former: ImageImported, new: ImageImported) -> bool:
    """Whether one is upright and the other one is not."""
    return (former.width - former.height) * (new.width - new.height) < 0


def _same_shape(former: ImageImported, new: ImageImported) -> bool:
    """Also turned by 90°."""
    upright = shape_distance(former.width, former.height, new.width, new.height)
    turned = shape_distance(former.height, former.width, new.width, new.height)
    return min(upright, turned) <= SHAPES


def _identical(former: ImageImported, new: ImageImported) -> bool:
    """Nothing suggests that a pixel was changed."""
    return former.phash is not None and _looks(former) == _looks(new)


def _looks(e: ImageImported) -> tuple[str | None, str, int, int, int, bool]:
    return e.phash, e.colour, e.width, e.height, e.frames, e.grey


def _learned(former: ImageImported, new: ImageImported) -> bool:
    """Only its metadata were completed: nothing looks different, and the file says more than before."""
    dated = former.taken_at_source in OF_PLACES and new.taken_at_source not in OF_PLACES
    says_more = any(
        getattr(former, name) is None and getattr(new, name) is not None
        for name in ("description", "latitude", "camera_model")
    )
    return _identical(former, new) and (dated or says_more)
