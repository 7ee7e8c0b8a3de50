"""Matches pictures with the sidecars that describe them, by name alone, for each sidecar format in the table.

The rules run from the most to the least certain, each over the whole folder before the next, so that a picture's
certain match isn't taken by a neighbour with a similar name. A wrong date is worse than none: where two pictures could
own a sidecar, neither does. Every rule looks names up; none compares them pairwise.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from services.gateway.sidecars import takeout_names as names
from services.gateway.sidecars.kinds import alternatives, base, kind_of, reader
from services.gateway.sidecars.rules import Key, Rule
from services.knowledge.sidecars import SIDECARS

_ALIKE: Final = 16
"""Maximum sidecars per key of an index."""


def is_album_file(name: str) -> bool:
    """Whether it may hold an album's title, by its name; a picture's sidecar does not."""
    kind = kind_of(name)
    album = reader(kind).album if kind else None
    return album is not None and album.is_candidate(base(name))


def is_named_as_album(name: str) -> bool:
    """Whether exports call their albums' files so: one that can't be read is missed."""
    kind = kind_of(name)
    album = reader(kind).album if kind else None
    return album is not None and album.is_named(base(name))


def album_candidates(sidecars: Iterable[str], matched: Mapping[str, Sequence[str]]) -> list[str]:
    """The sidecars of a folder that match no picture (see `match`) and may hold its album's title."""
    owned = {sidecar for group in matched.values() for sidecar in group}
    return [name for name in sidecars if name not in owned and is_album_file(name)]


def match(pictures: Sequence[str], sidecars: Sequence[str]) -> dict[str, list[str]]:
    """The sidecars of each picture of one folder: at most one per format, the most trusted last.

    One sidecar may describe several pictures: an edited copy and the video of a live photo share the original's.
    """
    matches: dict[str, list[str]] = {picture: [] for picture in pictures}
    for kind in (row.kind for row in reversed(SIDECARS)):
        if names_of_kind := sorted(name for name in sidecars if kind_of(name) == kind):
            for picture, sidecar in _Folder(matches, names_of_kind, kind).matched().items():
                matches[picture].append(sidecar)
    return matches


class _Folder:
    def __init__(self, pictures: Iterable[str], sidecars: Sequence[str], kind: str) -> None:
        """`sidecars`: all of one suffix, that of the kind."""
        self._unmatched = list(pictures)
        self._rules = [rule for one in alternatives(kind) for rule in reader(one).rules]
        self._matches: dict[str, str] = {}
        self._owners: dict[str, list[str]] = {}
        self._disputed: set[str] = set()
        self._of_films: set[str] = set()
        self._indexes: dict[str, dict[Key, list[str]]] = {
            index: defaultdict(list) for index in ("names", "bases", "stems")
        }
        for sidecar in sidecars:
            for title in reader(kind).titles(base(sidecar)):
                self._put(title.where, title.name, title.number, sidecar)
                if title.where == "names":
                    self._put_stem(title.name, title.number, sidecar)

    def _put_stem(self, title: str, number: str, sidecar: str) -> None:
        stem, suffix = names.split(title)
        if names.is_film(suffix):
            self._of_films.add(sidecar)
        if names.is_media_beginning(suffix):
            self._put("stems", stem, number, sidecar)

    def _put(self, index: str, text: str, number: str, sidecar: str) -> None:
        for fold in (False, True):
            alike = self._indexes[index][_key(text, number, fold)]
            if len(alike) < _ALIKE and sidecar not in alike:
                alike.append(sidecar)

    def matched(self) -> dict[str, str]:
        for rule in self._rules:
            for fold in (False, True):
                self._apply(rule, fold)
        return self._matches

    def _apply(self, rule: Rule, fold: bool) -> None:
        claims: dict[str, list[str]] = defaultdict(list)
        for picture in self._unmatched if self._indexes["names"] else ():
            if sidecar := self._look_up(rule, picture, fold):
                claims[sidecar].append(picture)
        for sidecar, claimants in claims.items():
            owners = self._owners.setdefault(sidecar, [])
            if (rule.shares and not rule.alike) or len({_origin(one) for one in claimants + owners}) == 1:
                self._matches.update(dict.fromkeys(claimants, sidecar))
                owners += claimants
            else:
                self._disputed.add(sidecar)
        if claims:
            self._unmatched = [picture for picture in self._unmatched if picture not in self._matches]

    def _look_up(self, rule: Rule, picture: str, fold: bool) -> str | None:
        index = self._indexes[rule.where]
        for reading in rule.of(picture):
            for text, number in rule.keys(reading):
                for sidecar in index.get(_key(text, number, fold), ()):
                    if self._is_free(sidecar, rule):
                        return sidecar
        return None

    def _is_free(self, sidecar: str, rule: Rule) -> bool:
        if sidecar in self._disputed:
            return False
        if sidecar not in self._owners:
            return True
        return rule.shares and not (rule.where == "stems" and sidecar in self._of_films)


def _key(text: str, number: str, fold: bool) -> Key:
    """`fold`: ignore case. Never equal to an unfolded key."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return (f"/{composed.casefold()}" if fold else composed), number


def _origin(picture: str) -> str:
    """Equal for a picture, its video, its edited copy, and others that Google numbered."""
    reading = names.readings(picture)[-1]
    original = (names.originals(reading) or [reading])[-1]
    return _key(original.stem, "", fold=True)[0]
