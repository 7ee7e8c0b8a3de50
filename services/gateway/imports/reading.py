"""Reads a file of another program, in a decoder."""

from datetime import UTC, datetime
from typing import BinaryIO, Final

from msgspec.structs import replace

from services.domain.fields import LONGEST_TITLE
from services.gateway.imports.contract import ImportRecord, Told
from services.gateway.imports.kinds import import_reader, kind_of
from services.gateway.reading.content import unreadable
from services.gateway.reading.photo import Rejected
from services.gateway.sidecars.facts import NotASidecar, Unreadable
from services.gateway.sidecars.limits import shortened, within_limits

LONG_TITLE: Final = "The title is longer than 500 characters. What follows them was left out."
OF_OTHERS: Final = "It is a file of a program that Albumen can’t import from."


def read_import(file: BinaryIO, path: str, size: int, mtime_ns: int) -> Told | Rejected:
    """`path`: below the folder that is imported."""
    kind = kind_of(path)
    try:
        content = file.read(size)
        for name in kind.readers if kind else ():
            try:
                answer = import_reader(name)(content, path, datetime.now(UTC))
                return replace(answer, records=[_held(one) for one in answer.records])
            except NotASidecar:
                continue
    except OSError as error:
        return Rejected(reason=unreadable(error), size=size, mtime_ns=mtime_ns)
    except Unreadable as error:
        return Rejected(reason=str(error), size=size, mtime_ns=mtime_ns)
    return Rejected(reason=OF_OTHERS, size=size, mtime_ns=mtime_ns)


def _held(record: ImportRecord) -> ImportRecord:
    """With texts as long as a person may write them."""
    facts, title = within_limits(record.facts), " ".join((record.title or "").split())
    if len(title) > LONGEST_TITLE:
        facts = replace(facts, unread=[*facts.unread, LONG_TITLE])
        title = shortened(title, LONGEST_TITLE)
    return replace(record, facts=facts, title=title or None) if facts is not record.facts else record
