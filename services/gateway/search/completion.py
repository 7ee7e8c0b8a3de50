"""How what is typed may go on. Pure."""

import re
from collections.abc import Iterator
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
    return list(islice(_found(head, key, value, known), MOST))


def _found(head: str, key: str, value: str, known: Vocabulary) -> Iterator[Completion]:
    if key:
        earlier, bar, typed = value.rpartition("|") if not value.startswith('"') else ("", "", value[1:])
        names = list(CHOICES.get(key, ())) or known.names(key) if key in NAMED or key in CHOICES else []
        fits = begins(typed) if typed.strip() else (lambda name: True)
        for name in names:
            if fits(name):
                written = quoted(name)
                if bar and written != name:  # between quotation marks, `|` is no sign
                    continue
                yield Completion(f"{head}{key}:{earlier}{bar}{written} ", name, key)
        return
    typed = value.lstrip('"')
    if not typed.strip():
        return
    for other in KEYS:
        if other.startswith(typed.lower()) and value == typed:
            yield Completion(f"{head}{other}:", f"{other}:", "")
    fits = begins(typed)
    for kind in KEYLESS:
        found = (name for name in known.names(kind) if fits(name))
        yield from (Completion(f"{head}{kind}:{quoted(n)} ", n, kind) for n in islice(found, PER_KEY))
