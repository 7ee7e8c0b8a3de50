"""Stored messages stay readable for ever: an example of every type and version, and the rules of upcasting."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.domain.albums.commands import CreateAlbum
from services.domain.albums.events import AlbumCreated
from services.domain.registry import BY_NAME, COMMANDS, EVENTS
from services.domain.subject import Command, Event, Unreadable
from services.kernel.log import codec
from services.kernel.log.upcast import UPCASTERS

STORED = Path(__file__).parent / "events"


def stored() -> list[Path]:
    return sorted(STORED.glob("*.json"))


@pytest.mark.parametrize("path", stored(), ids=lambda path: path.stem)
def test_what_was_stored_once_is_still_read(path: Path) -> None:
    """These files are never changed: a change that fails on them also fails on old logs."""
    name, _, version = path.stem.rpartition(".v")
    event = codec.decode_event(name, int(version), path.read_bytes())
    assert isinstance(event, EVENTS[name])
    if int(version) == EVENTS[name].VERSION:
        assert json.loads(codec.encode(event)) == json.loads(path.read_bytes())


def test_every_type_and_version_has_its_example() -> None:
    wanted = {f"{name}.v{version}" for name, cls in EVENTS.items() for version in range(1, cls.VERSION + 1)}
    assert {path.stem for path in stored()} == wanted


@pytest.mark.parametrize("name", EVENTS)
def test_no_step_of_upcasting_is_missing(name: str) -> None:
    for version in range(1, EVENTS[name].VERSION):
        assert (name, version) in UPCASTERS


def leaves(base: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    """Classes without subclasses."""
    below = base.__subclasses__()
    return [leaf for cls in below for leaf in leaves(cls)] if below else [base]


def test_every_event_and_command_is_known_by_its_name() -> None:
    for base, registry in ((Event, EVENTS), (Command, COMMANDS)):
        stored = [
            leaf for leaf in leaves(base) if leaf is not Unreadable
        ]  # which stands for what can't be read
        assert sorted(registry.values(), key=repr) == sorted(stored, key=repr)
    assert len(BY_NAME) == len(COMMANDS)


def test_no_two_share_a_name() -> None:
    with pytest.raises(TypeError, match="album_created"):
        type("Another", (Event,), {"TYPE": "album_created"}, frozen=True, kw_only=True)
    with pytest.raises(TypeError, match="scan"):
        type("Another", (Command,), {"TYPE": "other", "NAME": "scan"}, frozen=True, kw_only=True)


def test_an_old_version_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AlbumCreated, "VERSION", 3)

    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return {"album_id": data["id"], "title": data["title"]}

    def retitled(data: dict[str, Any]) -> dict[str, Any]:
        return {"album_id": data["album_id"], "name": data["title"]}

    steps = {("album_created", 1): renamed, ("album_created", 2): retitled}
    event = codec.decode_event("album_created", 1, b'{"id": "a", "title": "A"}', steps)
    assert event == AlbumCreated(album_id="a", name="A")


@pytest.mark.parametrize(("name", "version"), [("album_made", 1), ("album_created", 99)])
def test_what_a_newer_program_wrote_is_not_guessed_at(name: str, version: int) -> None:
    with pytest.raises(codec.UnknownEvent, match="newer"):
        codec.decode_event(name, version, b"{}")


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"{}", b'{"album_id": 1, "name": "A"}', b'{"album_id":"a","name":"A","extra":1}', b"\xff"],
)
def test_what_does_not_fit_is_broken(data: bytes) -> None:
    with pytest.raises(codec.BrokenEvent):
        codec.decode_event("album_created", 1, data)


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_come_back_as_they_went(name: str) -> None:
    cls = COMMANDS[name]
    fields = msgspec.structs.fields(cls)
    samples = {"images": ["a"], "threshold": 0.5, "order": "taken_at", "position": 1, "secret_hash": "0" * 64}
    samples |= {
        "by": "left",
        "rating": 4,
        "rotation": 6,
        "keywords": ["a"],
        "people": ["a"],
        "sentences": ["a"],
        "hemisphere": "south",
    }
    samples |= dict.fromkeys(("x", "y", "width", "height"), 0.5)
    values = {f.encode_name: samples.get(f.encode_name, "a") for f in fields if f.required}
    command = msgspec.convert(values, cls)
    assert codec.decode_command(name, codec.encode(command)) == command


def test_an_unknown_command() -> None:
    with pytest.raises(codec.UnknownEvent):
        codec.decode_command("make_coffee", b"{}")


@pytest.mark.parametrize("name", ["A\0", "A\nB", "", "x" * 300])
def test_a_command_is_read_by_the_rules_of_its_time(name: str) -> None:
    """Limits of fields have become stricter and may again: what was accepted stays readable."""
    command = CreateAlbum(name=name, images=["no/id"])
    assert codec.decode_command("create_album", codec.encode(command)) == command


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        b'{"name":1}',
        b'{"name":"A","images":7}',
        b'{"x":' * 5000,
        b'"\xff"',
        b'{"name":null}',
    ],
)
def test_a_command_that_does_not_fit_its_type_is_broken(data: bytes) -> None:
    with pytest.raises(codec.BrokenEvent):
        codec.decode_command("create_album", data)


@pytest.mark.parametrize("version", [1, 2])
def test_an_event_of_any_depth_is_broken_or_read(version: int) -> None:
    """In no version does its depth end the program that reads it."""
    for name, cls in EVENTS.items():
        if version <= cls.VERSION:
            with pytest.raises(codec.BrokenEvent):
                codec.decode_event(name, version, b'{"extra":' * 50_000)
