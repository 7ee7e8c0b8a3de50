"""The texts that people read stay the same, byte for byte, wherever the code produces them."""

from pathlib import Path

import msgspec

from services.domain.registry import EVENTS
from services.domain.subject import Event
from services.kernel.settings import Settings
from tests.domain.spoken import GOLDEN, of_commands, of_messages


def golden(*kinds: str) -> dict[str, list[str]]:
    everything = msgspec.json.decode(GOLDEN.read_bytes(), type=dict[str, list[str]])
    return {key: sentences for key, sentences in everything.items() if key.split()[0] in kinds}


def test_events_commands_and_reasons_are_told_as_before() -> None:
    """In English and in German, with each kind of value in each place."""
    assert of_messages() == golden("event", "toast", "reason")


async def test_refusals_and_the_history_are_told_as_before(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", previews=tmp_path / "previews", workers=1)
    assert await of_commands(settings) == golden("refusal", "history")


def test_every_event_has_a_line_of_its_own() -> None:
    """Without one, the history would show its type, which is English in every language."""
    assert [name for name, event in EVENTS.items() if event.line is Event.line] == []
