"""Reads a file of another program, in a decoder."""

from datetime import UTC, datetime
from typing import BinaryIO, Final

from msgspec.structs import replace

from services.domain.fields import LONGEST_TITLE
from services.gateway.imports.contract import ImportRecord, Told
from services.gateway.imports.kinds import import_reader, kind_of
from services.gateway.reading.content import unreadable
from services.gateway.reading.photo import Rejected
from services.gateway.sidecars.facts import (
    LONGEST_NAME,
    MOST_KEYWORDS,
    MOST_PEOPLE,
    NotASidecar,
    Unreadable,
)
from services.gateway.sidecars.limits import (
    LONG_ALBUM,
    LONG_NAME,
    MANY_KEYWORDS,
    MANY_PEOPLE,
    shortened,
    shortened_names,
    within_limits,
)

LONG_TITLE: Final = "The title is longer than 500 characters. What follows them was left out."
MANY_ALBUMS: Final = "The photo is in more than 200 albums. The others were left out."
_MOST_ALBUMS: Final = MOST_KEYWORDS
OF_OTHERS: Final = "It is a file of a program that Albumen can’t import from."


def read_import(file: BinaryIO, path: str, size: int, mtime_ns: int) -> Told | Rejected:
    """`path`: below the folder that is imported."""
    kind = kind_of(path)
    try:
        content = file.read(size)
        for name in kind.readers if kind else ():
            try:
                answer = import_reader(name)(content, path, datetime.now(UTC))
                return _within_limits(answer)
            except NotASidecar:
                continue
    except OSError as error:
        return Rejected(reason=unreadable(error), size=size, mtime_ns=mtime_ns)
    except Unreadable as error:
        return Rejected(reason=str(error), size=size, mtime_ns=mtime_ns)
    return Rejected(reason=OF_OTHERS, size=size, mtime_ns=mtime_ns)


def _within_limits(answer: Told) -> Told:
    """With texts as long as a person may write them."""
    long = [(name, LONG_ALBUM) for name, _ in answer.albums if len(name) > LONGEST_NAME]
    return replace(
        answer,
        records=[_held(one) for one in answer.records],
        albums=[(shortened(name, LONGEST_NAME), uids) for name, uids in answer.albums],
        failures=[*answer.failures, *long],
    )


def _held(record: ImportRecord) -> ImportRecord:
    facts, title = within_limits(record.facts), " ".join((record.title or "").split())
    denied = [*record.not_keywords, *record.not_people]
    cut = {
        LONG_TITLE: len(title) > LONGEST_TITLE,
        LONG_NAME: any(len(name) > LONGEST_NAME for name in denied),
        MANY_KEYWORDS: len(record.not_keywords) > MOST_KEYWORDS,
        MANY_PEOPLE: len(record.not_people) > MOST_PEOPLE,
        LONG_ALBUM: any(len(name) > LONGEST_NAME for name in record.albums),
        MANY_ALBUMS: len(record.albums) > _MOST_ALBUMS,
    }
    sentences = [sentence for sentence, applies in cut.items() if applies and sentence not in facts.unread]
    return replace(
        record,
        facts=replace(facts, unread=[*facts.unread, *sentences]) if sentences else facts,
        title=shortened(title, LONGEST_TITLE) or None,
        albums=shortened_names(record.albums, _MOST_ALBUMS),
        not_keywords=shortened_names(record.not_keywords, MOST_KEYWORDS),
        not_people=shortened_names(record.not_people, MOST_PEOPLE),
    )
