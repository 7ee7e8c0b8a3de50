"""PhotoPrism's YAML files: one for each photo, in a tree of their own (`storage/sidecar`) or beside the photos, and one
for each album (`storage/albums`, `backup/albums`), which names photos by the ids in theirs.

Source: PhotoPrism's user guide, “Backups: YAML files”, `internal/entity/photo_yaml.go` and `album_yaml.go`. What
PhotoPrism has made up itself is left: titles after what it recognised, estimated places, albums of months, folders and
moments. Dates are in UTC and mostly the file's: they are left, too.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import yaml

from services.gateway.imports.contract import ImportRecord, Told
from services.gateway.sidecars import facts, kinds
from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Place, Unreadable
from services.knowledge.suffixes import is_media

_MARKS: Final = frozenset({"UID", "TakenAt"})
"""In each photo's file …"""
_OF_ALBUM: Final = frozenset({"UID", "Slug"})
"""… and in an album's."""
_INVENTED: Final = frozenset({"name", "location", "image", "estimate", "default", "auto"})
_ESTIMATE: Final = "estimate"
_DEEPEST: Final = 32


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Makes nothing but plain values, and knows no references, by which a small text can become a large one."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise Unreadable("This YAML file refers to parts of itself, which is not read.")
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unreadable("This YAML file is nested too deeply to be read.")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read(content: bytes, path: str, now: datetime) -> Told:
    """Raises Unreadable and NotASidecar."""
    data = _mapping(content)
    if not data.keys() >= _MARKS:
        if data.keys() >= _OF_ALBUM:
            return Told(albums=list(_albums(data)))
        raise NotASidecar("This YAML file describes no photo.")
    photo, uid = kinds.base(path), data["UID"]
    details = data.get("Details")
    words = details.get("Keywords") if isinstance(details, dict) else None
    caption = data.get("Caption") or data.get("Description")
    return Told(
        records=[
            ImportRecord(
                path=photo,
                stem=not is_media(photo.rpartition("/")[2]),
                uid=uid if isinstance(uid, str) else "",
                facts=PictureFacts(
                    **_place(data)._asdict(),
                    description=facts.text(caption),
                    keywords=facts.texts(_words(words), facts.MOST_KEYWORDS),
                    archived=data.get("DeletedAt") is not None,
                ),
                title=_title(data),
                favorite=data.get("Favorite") is True,
                hidden=data.get("Private") is True,
            )
        ]
    )


def _albums(data: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """At most one: none if PhotoPrism made it by itself, or it is deleted."""
    name, photos = facts.line(data.get("Title"), facts.LONGEST_NAME + 1), data.get("Photos")
    if name is None or data.get("Type") != "album" or data.get("DeletedAt") or not isinstance(photos, list):
        return
    named = (one for one in photos if isinstance(one, dict) and one.get("Hidden") is not True)
    uids = [uid for one in named if isinstance(uid := one.get("UID") or one.get("PhotoUID"), str)]
    if uids:
        yield name, list(dict.fromkeys(uids))


def _mapping(content: bytes) -> dict[str, Any]:
    try:
        data = yaml.load(content, _Loader)  # noqa: S506  a safe loader
    except (yaml.YAMLError, ValueError, RecursionError, UnicodeError) as error:
        raise Unreadable("This YAML file is damaged or cut off.") from error
    if not isinstance(data, dict):
        raise NotASidecar("This YAML file describes no photo.")
    return data


def _words(value: Any) -> list[str]:
    return value.split(",") if isinstance(value, str) else []


def _title(data: dict[str, Any]) -> str | None:
    """Unless PhotoPrism made it of what is on the photo, where and when: `Cat / Berlin / 2019`."""
    title = facts.line(data.get("Title"))
    if title is None or data.get("TitleSrc") in _INVENTED:
        return None
    return None if not data.get("TitleSrc") and (" / " in title or title == "Unknown") else title


def _place(data: dict[str, Any]) -> Place:
    if data.get("PlaceSrc") == _ESTIMATE:
        return Place()
    return facts.place(facts.number(data.get("Lat")), facts.number(data.get("Lng")), None)
