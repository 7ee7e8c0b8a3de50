"""Completes what is being typed. Pure."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from services.gateway.search.grammar import CHOICES, KEYS, LONGEST_SEARCH, NAMED, quoted
from services.gateway.search.vocabulary import Vocabulary
from services.gateway.search.word import begins

_MOST: Final = 8
PER_KEY: Final = 3
"""Names offered of each kind while no key is typed."""
KEYLESS: Final = ("category", "album", "place", "person", "keyword", "camera", "folder")
_LAST: Final = re.compile(r'(?:^|(?<=\s))(-?)(?:([^\W\d_]+):)?("[^"]*|[^\s"]*)$')


class Completion(msgspec.Struct, frozen=True):
    q: str
    """The whole search after accepting it."""
    name: str
    key: str
    """The kind of name; empty for a key."""


def completions(text: str, vocab: Vocabulary) -> list[Completion]:
    """Completions of the last term; none while it is empty."""
    last = _LAST.search(text[:LONGEST_SEARCH])
    if last is None or len(text) > LONGEST_SEARCH:
        return []
    minus, key, value = last[1], (last[2] or "").lower(), last[3]
    head = text[: last.start()] + minus
    matches = _values(head, key, value, vocab) if key else _anything(head, value, vocab)
    return list(islice(matches, _MOST))


def _values(head: str, key: str, value: str, vocab: Vocabulary) -> Iterator[Completion]:
    earlier, bar, typed = value.rpartition("|") if not value.startswith('"') else ("", "", value[1:])
    fits = begins(typed, others=False) if typed.strip() else (lambda name: True)
    for name in filter(fits, vocab.names(key) if key in NAMED else CHOICES.get(key, ())):
        literal = quoted(name)
        if not bar or literal == name:  # inside quotes, `|` does not separate values
            yield Completion(f"{head}{key}:{earlier}{bar}{literal} ", name, key)


def _anything(head: str, value: str, vocab: Vocabulary) -> Iterator[Completion]:
    typed = value.lstrip('"')
    if not typed.strip():
        return
    keys = (key for key in KEYS if value == typed and key.startswith(typed.lower()))
    yield from (Completion(f"{head}{key}:", f"{key}:", "") for key in keys)
    fits = begins(typed, others=False)
    for kind in KEYLESS:
        names = islice(filter(fits, vocab.names(kind)), PER_KEY)
        yield from (Completion(f"{head}{kind}:{quoted(name)} ", name, kind) for name in names)
