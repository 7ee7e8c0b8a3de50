"""The lists that another Albumen's export writes (`docs/export.md`), a line of JSON for each photo, album or category.

A date and a place are taken where a person said them; elsewhere they are the photo's own.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Any, Final

import msgspec

from services.domain.categories.described import LONGEST_DESCRIPTION, MOST_SENTENCES
from services.domain.photos.keywords import SEPARATOR
from services.domain.photos.properties import Region
from services.gateway.imports.contract import ImportRecord, OwnAlbum, OwnCategory, Told, require_few
from services.gateway.sidecars import facts
from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Unreadable
from services.gateway.sidecars.keywords import keywords
from services.knowledge.rotations import ROTATIONS
from services.knowledge.stated import stated

_NEWEST: Final = 1
"""The newest version of the format that is read."""
_MARKS: Final = {"kind-favorite": "favorite", "kind-trash": "trashed", "kind-archived": "archived"}
"""Categories that the list has fields of their own for -> how records call them."""
_NONE: Final = {"title": "", "caption": "", "rating": 0}
"""What people said -> how they said that there is none."""
_ANOTHERS: Final = "This is no list that Albumen wrote."
_BROKEN: Final = "This line is damaged or cut off."
_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode


def read(content: bytes, path: str, now: datetime) -> Told:
    """Raises Unreadable and NotASidecar."""
    records: list[ImportRecord] = []
    own: list[OwnAlbum | OwnCategory] = []
    read = False
    failures: list[tuple[str, str]] = []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = _decode(line)
            if "own" in one:
                own += _categories_of(_ours(one))
            elif "query" in one:
                own += _albums_of(_ours(one))
            else:
                records.append(_record(_ours(one)))
            read = True
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            failures.append((str(number), _BROKEN))
    if failures and not read:
        raise NotASidecar(_ANOTHERS)
    return Told(records=require_few(records), own=own, failures=failures)


def _ours(one: dict[str, Any]) -> dict[str, Any]:
    """Raises Unreadable and NotASidecar."""
    version = one.get("albumen")
    if not isinstance(version, int) or not isinstance(one.get("id"), str):
        raise NotASidecar(_ANOTHERS)
    if version > _NEWEST:
        raise Unreadable("A newer Albumen wrote this list: update this one first.")
    return one


def _categories_of(category: dict[str, Any]) -> Iterator[OwnCategory]:
    """No damaged one."""
    fields = {
        "id": category["id"],
        "name": facts.line(category.get("name")),
        "kind": category.get("kind"),
        "own": category["own"] is True,
        "group": category.get("group"),
        "hidden": category.get("hidden") is True,
        "threshold": facts.number(category.get("threshold")),
        "sentences": facts.texts(_items(category.get("sentences")), MOST_SENTENCES, LONGEST_DESCRIPTION),
        "taught": category.get("taught") is True,
        "renamed": category.get("renamed") is True,
        "merged_into": category.get("merged_into"),
        "deleted": category.get("deleted") is True,
    }
    with suppress(msgspec.ValidationError):
        yield msgspec.convert(fields, OwnCategory)


def _albums_of(album: dict[str, Any]) -> Iterator[OwnAlbum]:
    text = {key: value for key, value in album.items() if isinstance(value, str)}
    if name := facts.line(album.get("name")):
        yield OwnAlbum(
            name=name,
            description=facts.text(album.get("description")) or "",
            query=text.get("query"),
            sort=text.get("sort"),
            cover=text.get("cover"),
            photos=[one for one in _items(album.get("photos")) if isinstance(one, str)],
        )


def _record(photo: dict[str, Any]) -> ImportRecord:
    """Raises NotASidecar."""
    if "taken_at" not in photo:
        raise NotASidecar(_ANOTHERS)
    user = _object(photo.get("user"))
    paths = [f"{one.get('root')}/{one.get('path')}" for one in map(_object, _items(photo.get("files")))]
    taken_at, digits = _date(_object(user.get("date")))
    size, rotation = photo.get("size"), _object(user.get("others")).get("rotation")
    stars = facts.stars(photo.get("rating"))
    return ImportRecord(
        path=paths[0] if paths else "",
        others=paths[1:],
        image_id=photo["id"],
        size=size if isinstance(size, int) else None,
        facts=PictureFacts(
            taken_at=taken_at,
            taken_stated=digits,
            **_place(user.get("place")),
            description=facts.text(photo.get("caption")),
            keywords=facts.texts(_items(photo.get("keywords")), facts.MOST_KEYWORDS),
            keyword_paths=_paths(photo.get("keyword_paths")),
            people=facts.texts(_items(photo.get("people")), facts.MOST_PEOPLE),
            regions=list(islice(_regions(photo.get("regions")), facts.MOST_REGIONS + 1)),
            stars=stars,
            archived=photo.get("archived") is True,
            trashed=photo.get("binned") is True,
        ),
        title=facts.line(photo.get("title")),
        rotation=rotation if isinstance(rotation, int) and rotation in ROTATIONS else 0,
        albums=facts.texts(
            (_object(one).get("name") for one in _items(photo.get("albums"))), facts.MOST_KEYWORDS
        ),
        favorite=photo.get("favorite") is True,
        hidden=photo.get("hidden") is True,
        categories=list(_categories(user.get("categories"))),
        not_keywords=_denied(user.get("keywords"), facts.MOST_KEYWORDS),
        not_people=_denied(user.get("people"), facts.MOST_PEOPLE),
        without=list(_without(user)),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _paths(value: Any) -> list[str]:
    return keywords((), (one.split(SEPARATOR) for one in _items(value) if isinstance(one, str))).keyword_paths


def _regions(value: Any) -> Iterator[Region]:
    for one in map(_object, _items(value)):
        corner = (one.get(side) for side in ("x", "y", "width", "height"))
        applied = (one.get(side) for side in ("applied_width", "applied_height"))
        if face := facts.region(one.get("name"), corner, applied):
            yield face


def _denied(value: Any, most: int) -> list[str]:
    """Names that the photo doesn't have, whatever its file says."""
    return facts.texts((name for name, present in _object(value).items() if present is False), most)


def _without(user: dict[str, Any]) -> Iterator[str]:
    yield from (field for field, none in _NONE.items() if user.get(field) == none)
    decisions = {one.get("id"): one.get("assigned") for one in map(_object, _items(user.get("categories")))}
    yield from (mark for category, mark in _MARKS.items() if decisions.get(category) is False)


def _categories(value: Any) -> Iterator[tuple[str, str, bool]]:
    for one in map(_object, _items(value)):
        id_, name, assigned = (one.get(field) for field in ("id", "name", "assigned"))
        if (
            isinstance(id_, str)
            and isinstance(name, str)
            and isinstance(assigned, bool)
            and id_ not in _MARKS
        ):
            yield id_, name, assigned


def _date(correction: dict[str, Any]) -> tuple[str | None, int]:
    """To the extent that it is known."""
    text, source = correction.get("taken_at"), correction.get("source")
    if not isinstance(text, str):
        return None, 0
    known_to = {"user-year": 4, "user-month": 7}.get(str(source), len(text))
    date = stated(text[:known_to])
    return (facts.iso(date.moment), date.digits) if date else (None, 0)


def _place(text: Any) -> dict[str, Any]:
    latitude, _, longitude = text.partition(",") if isinstance(text, str) else ("", "", "")
    return facts.place(facts.number(latitude), facts.number(longitude), None)._asdict()
