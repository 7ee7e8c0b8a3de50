"""What a photo or a sidecar says now, read once more by `scan --again`, compared with what the log holds: only news is
appended. Pure."""

from collections.abc import Sequence

import msgspec

from services.domain.files.events import ImageImported, SidecarRead
from services.domain.subject import Event
from services.knowledge.dates import OF_PLACES


def corrected(stream: Sequence[Event], facts: ImageImported) -> ImageImported | None:
    """The facts about a known image's bytes if they differ from the last ones; None if not. A date that comes from a
    file's place is that file's claim, and stays as it was. `stream`: the image's events."""
    last = next((e for e in reversed(stream) if isinstance(e, ImageImported)), None)
    if last and facts.taken_at_source in OF_PLACES and last.taken_at_source in OF_PLACES:
        facts = msgspec.structs.replace(facts, taken_at=last.taken_at, taken_at_source=last.taken_at_source)
    facts = msgspec.structs.replace(facts, again=True)
    same = last and msgspec.structs.replace(last, again=True, facts=facts.facts) == facts
    return None if same else facts


def repeats(stream: Sequence[Event], said: SidecarRead) -> bool:
    """Whether the sidecar at that path said the same of the image when it was last read."""
    places = [e for e in stream if isinstance(e, SidecarRead) and (e.root, e.path) == (said.root, said.path)]
    return bool(places) and msgspec.structs.replace(places[-1], ctime_ns=said.ctime_ns) == said
