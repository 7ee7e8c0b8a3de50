"""Every sentence about events, commands and refusals, in each language: regenerates the golden file.

    python -m tests.domain.spoken

Only run it when the wording itself is meant to change.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from services.domain.albums.events import (
    AlbumCreated,
    AlbumReordered,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
)
from services.domain.registry import COMMANDS, EVENTS
from services.domain.subject import Event
from services.gateway.history.entries import Asked
from services.gateway.i18n.builtin_names import REASONS, reason
from services.gateway.i18n.language import speaking
from services.gateway.i18n.speech import spoken
from services.kernel.log.codec import encode
from services.kernel.settings import Settings
from tests.domain.refusals import STEPS
from tests.domain.variants import variants
from tests.support.imported import imported
from tests.support.stack import Stack, stack

GOLDEN: Final = Path(__file__).with_name("sentences.json")
NAMES: Final = {"dog": "Dog", "own": "Rex", "animals": "Animals"}
LANGUAGES: Final = ("en", "de")
BROUGHT: Final[tuple[list[Event], ...]] = (
    [],
    [AlbumCreated(album_id="a", name="Lake")],
    [ImagesAddedToAlbum(album_id="a", image_ids=["a"])],
    [ImagesAddedToAlbum(album_id="a", image_ids=["a", "b", "c"])],
    [ImagesRemovedFromAlbum(album_id="a", image_ids=["a", "b"])],
    [AlbumReordered(album_id="a", image_ids=["a"], ranks=["m"])],
)
"""Events that a command may cause."""

Spoken = dict[str, list[str]]
"""Message -> its sentence in each of LANGUAGES."""


def of_messages() -> Spoken:
    """Sentences of events, command toasts and stored reasons; of duplicates only the first is kept."""
    lines: Spoken = {}
    for language in LANGUAGES:
        with speaking(language):
            for key, sentence in _of_messages():
                lines.setdefault(key, []).append(sentence)
    first: Spoken = {}
    for key, sentences in lines.items():
        kind = key.split(" {")[0]
        if sentences not in [earlier for other, earlier in first.items() if other.split(" {")[0] == kind]:
            first[key] = sentences
    return first


def _of_messages() -> Iterator[tuple[str, str]]:
    for name, event_type in sorted(EVENTS.items()):
        for event in variants(event_type):
            yield f"event {name} {encode(event).decode()}", spoken(event.line(), NAMES)
    for name, command_type in sorted(COMMANDS.items()):
        for command in variants(command_type):
            for events in BROUGHT:
                encoded = msgspec.json.encode([[event.TYPE, event] for event in events]).decode()
                yield (
                    f"toast {name} {encode(command).decode()} {encoded}",
                    spoken(command.toast(events) or "", NAMES),
                )
    for text in REASONS:
        places = text.split("%(")[1:]
        full = text % {place.split(")")[0]: "Permission denied" for place in places} if places else text
        yield f"reason {full}", reason(full)


async def of_commands(settings: Settings) -> Spoken:
    """The refusals of STEPS, and the resulting history."""
    lines: Spoken = {}
    async with stack(settings) as running:
        photos = await imported(running, 5)
        ids: dict[str, str] = {}
        for number, (name, body) in enumerate(STEPS):
            filled = _filled(body, photos, ids)
            answers = [
                await running.post(name, filled, Accept_Language=language) for language in LANGUAGES[1:]
            ]
            if answers[0].status_code == 202:
                ids[str(number)] = answers[0].json()["command_id"]
                await running.caught_up()
                rows = [row for row in await running.log() if str(row.causation_id) == ids[str(number)]]
                first = rows[0].event() if rows else None
                ids[f"{number}'"] = getattr(first, "album_id", getattr(first, "category_id", ""))
                continue
            english = await running.post(name, filled, Accept_Language="en")
            key = f"refusal {number} {name} {msgspec.json.encode(body).decode()}"
            lines[key] = [one.json()["detail"] for one in (english, *answers)]
            assert all(one.status_code == english.status_code for one in answers)
        await _history(running, lines)
    return lines


def _filled(body: Any, photos: list[str], ids: dict[str, str]) -> Any:
    """Replace `#2` by the third photo, `@7` by the command of step 7, `@7'` by what that command created."""
    if isinstance(body, dict):
        return {name: _filled(value, photos, ids) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, photos, ids) for value in body]
    if isinstance(body, str) and body.startswith("#"):
        return photos[int(body[1:])]
    return ids[body[1:]] if isinstance(body, str) and body.startswith("@") else body


async def _history(running: Stack, lines: Spoken) -> None:
    gateway = running.gateway
    for language in LANGUAGES:
        with speaking(language):
            entries = await gateway.history.recent(gateway.views, Asked(), None, 500)
        for number, entry in enumerate(entries):
            text = f"{entry.text} ({entry.album}, {entry.who}, {entry.of}, {bool(entry.command_id)})"
            lines.setdefault(f"history {number} {entry.type}", []).append(text)


async def sentences() -> Spoken:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "data", previews=Path(folder) / "previews", workers=1)
        return of_messages() | await of_commands(settings)


if __name__ == "__main__":
    made = msgspec.json.format(msgspec.json.encode(asyncio.run(sentences())), indent=1).decode()
    GOLDEN.write_text(made + "\n", "utf-8")
