"""Which file beside a picture describes it, by their names alone, for each format of sidecars in the table.

The rules run from the surest to the least sure, each over the whole folder before the next, so that what one picture
surely owns is not taken by a neighbour whose name looks like it. A wrong date is worse than none: where two
pictures could own a sidecar, neither does. Every rule looks names up; none compares them in pairs.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from services.gateway.sidecars import takeout_names as names
from services.gateway.sidecars.contract import Sidecar
from services.gateway.sidecars.kinds import base, kind_of, reader
from services.gateway.sidecars.rules import Key, Rule
from services.knowledge.sidecars import SIDECARS

_ALIKE: Final = 16
"""Sidecars of one stem that are kept in mind."""


def is_album_file(name: str) -> bool:
    """It may hold an album's title; the name of a picture's sidecar does not."""
    kind = kind_of(name)
    album = reader(kind).album if kind else None
    return album is not None and album.is_candidate(base(name))


def album_candidates(sidecars: Iterable[str], matched: Mapping[str, Sequence[str]]) -> list[str]:
    """Those of a folder's sidecars that no picture has (`match`) and that may hold its album's title."""
    taken = {sidecar for found in matched.values() for sidecar in found}
    return [name for name in sidecars if name not in taken and is_album_file(name)]


def match(pictures: Sequence[str], sidecars: Sequence[str]) -> dict[str, list[str]]:
    """The sidecars of each picture of one folder: at most one of each format, the one that is believed first last.

    One sidecar may describe several pictures: an edited copy and the film of a live photo share the original's.
    """
    found: dict[str, list[str]] = {picture: [] for picture in pictures}
    for kind in (row.kind for row in reversed(SIDECARS)):
        those = sorted(name for name in sidecars if kind_of(name) == kind)
        if those:
            for picture, sidecar in _Folder(found, those, reader(kind)).matched().items():
                found[picture].append(sidecar)
    return found


class _Folder:
    def __init__(self, pictures: Iterable[str], sidecars: Sequence[str], reader: Sidecar) -> None:
        """`sidecars`: all of one format."""
        self._left = list(pictures)
        self._reader = reader
        self._found: dict[str, str] = {}
        self._owners: dict[str, list[str]] = {}
        self._disputed: set[str] = set()
        self._of_films: set[str] = set()
        self._indexes: dict[str, dict[Key, list[str]]] = {
            index: defaultdict(list) for index in ("names", "bases", "stems")
        }
        for sidecar in sidecars:
            for title in reader.titles(base(sidecar)):
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
        for rule in self._reader.rules:
            for fold in (False, True):
                self._apply(rule, fold)
        return self._found

    def _apply(self, rule: Rule, fold: bool) -> None:
        claims: dict[str, list[str]] = defaultdict(list)
        for picture in self._left if self._indexes["names"] else ():
            if sidecar := self._look_up(rule, picture, fold):
                claims[sidecar].append(picture)
        for sidecar, claimants in claims.items():
            owners = self._owners.setdefault(sidecar, [])
            if (rule.shares and not rule.alike) or len({_origin(one) for one in claimants + owners}) == 1:
                self._found.update(dict.fromkeys(claimants, sidecar))
                owners += claimants
            else:
                self._disputed.add(sidecar)
        if claims:
            self._left = [picture for picture in self._left if picture not in self._found]

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
    """`fold`: upper and lower case are the same. Never equal to a key that isn't folded."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return (f"/{composed.casefold()}" if fold else composed), number


def _origin(picture: str) -> str:
    """Equal for a picture, its film, its edited copy, and others that Google numbered."""
    reading = names.readings(picture)[-1]
    original = (names.originals(reading) or [reading])[-1]
    return _key(original.stem, "", fold=True)[0]
