"""How what is typed may go on. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import msgspec

from services.gateway.search.grammar import CHOICES, KEYS, LONGEST, NAMED, quoted
from services.gateway.search.vocabulary import Vocabulary, begins

MOST: Final = 8
PER_KEY: Final = 3
"""Names of one kind while no key is typed."""
KEYLESS: Final = ("category", "album", "place", "person", "keyword", "camera", "folder")
_LAST: Final = re.compile(r'(?:^|(?<=\s))(-?)(?:([A-Za-z]+):)?("[^"]*|[^\s"]*)$')


class Completion(msgspec.Struct, frozen=True):
    q: str
    """The whole search when it is taken."""
    name: str
    key: str
    """What kind of name it is; empty for a key."""


def completions(text: str, known: Vocabulary) -> list[Completion]:
    """Of the last term; none where nothing was typed of it."""
    last = _LAST.search(text[:LONGEST])
    if last is None or len(text) > LONGEST:
        return []
    minus, key, value = last[1], (last[2] or "").lower(), last[3]
    head = text[: last.start()] + minus
    found = _values(head, key, value, known) if key else _anything(head, value, known)
    return list(islice(found, MOST))


def _values(head: str, key: str, value: str, known: Vocabulary) -> Iterator[Completion]:
    """Of a key that is typed."""
    earlier, bar, typed = value.rpartition("|") if not value.startswith('"') else ("", "", value[1:])
    fits = begins(typed) if typed.strip() else (lambda name: True)
    for name in filter(fits, _names(key, known)):
        written = quoted(name)
        if bar and written != name:  # between quotation marks, `|` is no sign
            continue
        yield Completion(f"{head}{key}:{earlier}{bar}{written} ", name, key)


def _names(key: str, known: Vocabulary) -> Iterable[str]:
    if key in CHOICES:
        return CHOICES[key]
    return known.names(key) if key in NAMED else ()


def _anything(head: str, value: str, known: Vocabulary) -> Iterator[Completion]:
    """Keys, and names of all kinds."""
    typed = value.lstrip('"')
    if not typed.strip():
        return
    keys = (key for key in KEYS if value == typed and key.startswith(typed.lower()))
    yield from (Completion(f"{head}{key}:", f"{key}:", "") for key in keys)
    fits = begins(typed)
    for kind in KEYLESS:
        names = islice(filter(fits, known.names(kind)), PER_KEY)
        yield from (Completion(f"{head}{kind}:{quoted(name)} ", name, kind) for name in names)
