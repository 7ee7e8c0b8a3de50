"""What is left of events and commands when a photo is forgotten for good: nothing of it, and everything else."""

from typing import Any, Final
from uuid import uuid4

import msgspec
import pytest

from services.domain.albums.events import AlbumReordered, ImagesAddedToAlbum, replayed
from services.domain.categories.decisions import CategoryAssigned
from services.domain.erasure import NOBODY, Erasure
from services.domain.files.events import FileAdded, FileMoved, FileReplaced
from services.domain.history.erased import Erased, Whereabouts, rewritten
from services.domain.photos.captions import SetCaption, SetTitle
from services.domain.photos.editing import EditPhotos
from services.domain.photos.hiding import HideImages
from services.domain.photos.keywords import AddKeywords
from services.domain.photos.people import RemovePeople
from services.domain.photos.places import SetPlace
from services.domain.registry import COMMANDS, EVENTS
from services.domain.subject import Command, Recorded
from services.kernel.log.codec import encode
from services.kernel.log.envelope import Envelope, record_event
from tests.domain.variants import variants

GONE: Final = "f" * 32
OTHER: Final = "a" * 32
ROOT: Final = "/photos"
PLACE: Final = "secret/IMG_1.jpg"
ERASURE: Final = Erasure(frozenset([GONE]), frozenset([(ROOT, PLACE), (ROOT, "secret")]))
PHOTO_FIELDS: Final = frozenset(
    ("image_id", "image_ids", "previous_image_id", "images", "image", "former", "place_of", "before")
)
"""They hold ids of photos."""
PLACE_FIELDS: Final = frozenset(
    (
        *("path", "from_path", "paths", "files", "sidecars", "failures", "again", "examples", "below"),
        *("folders", "up", "down"),
    )
)
"""They hold places of files, or what is said of some photo."""
NEUTRAL: Final = """
  album_id category_id category_ids instead_of group_id into_id into model_id model job_id command_id list_id message_id
  messages question worker_id name description q link_id secret_hash label hides order ranks kind album previous answer
  scope
  labels numbers kept names seen by sentences

  root roots from_root folder moves zone zone_from zone_to streams positions reason

  taken_at taken_at_source format colour camera_make camera_model lens phash keywords keyword_paths people software
  content_identifier classes boxes embedding weights_digest preprocessing_id heat device precision source weights offset

  properties regions unread person face code

  title caption city at add_keywords remove_keywords add_people remove_people
"""
"""Of albums, categories, models, jobs and links, whose names are a person's or a program's; of folders that a person
gave; of one photo, in events that are erased with it; of several, gone with the last of them."""
OTHERS: Final = frozenset(NEUTRAL.split())
"""Text fields that need no thought when a photo is forgotten. A new field belongs here, or among those above."""


def aimed(value: Any, name: str = "", root: str = ROOT) -> Any:
    """The same message about the forgotten photo, at its place."""
    if name == "moves":  # of whole folders
        return value
    if isinstance(value, dict):
        return {key: aimed(one, key, root) for key, one in value.items()}
    if isinstance(value, list):
        return [aimed(one, name, root) for one in value]
    if not isinstance(value, str):
        return value
    if name in ("root", "from_root"):
        return root
    if name in PHOTO_FIELDS and value not in ("all", "unclassified"):
        return GONE
    if name in ("paths", "folders", "up", "down"):
        return f"{root}/{PLACE}"
    return PLACE if name in PLACE_FIELDS else value


def valid(message: msgspec.Struct) -> bool:
    """Whether the log can hold it: examples of commands may break the rules of their fields."""
    try:
        return bool(msgspec.json.decode(encode(message), type=type(message)) == message)
    except msgspec.ValidationError:
        return False


@pytest.mark.parametrize("cls", [*EVENTS.values(), *COMMANDS.values()], ids=lambda cls: cls.TYPE)
def test_nothing_of_it_is_left_in_any_message(cls: Any) -> None:
    for plain in variants(cls):
        if not valid(plain):
            continue
        message = msgspec.convert(aimed(msgspec.to_builtins(plain)), cls, strict=False)
        left = message.without(ERASURE)
        text = encode(left).decode() if left else ""
        assert GONE not in text
        assert "IMG_1" not in text
        if left:
            assert msgspec.json.decode(text, type=type(left)) == left


@pytest.mark.parametrize("cls", [*EVENTS.values(), *COMMANDS.values()], ids=lambda cls: cls.TYPE)
def test_what_does_not_mention_it_stays_as_it_is(cls: Any) -> None:
    for plain in variants(cls):
        assert plain.without(ERASURE) == plain


@pytest.mark.parametrize("cls", [*EVENTS.values(), *COMMANDS.values()], ids=lambda cls: cls.TYPE)
def test_every_field_with_text_was_thought_of(cls: Any) -> None:
    for field in msgspec.structs.fields(cls):
        if "str" in str(field.type) or "Struct" in str(field.type) or "services." in str(field.type):
            assert field.encode_name in PHOTO_FIELDS | PLACE_FIELDS | OTHERS


def row(event: Any, position: int = 1) -> Envelope:
    record = record_event(event, event_id=uuid4(), correlation_id=uuid4(), causation_id=uuid4())
    fields = msgspec.structs.asdict(record)
    return Envelope(**fields, position=position, version=position, recorded_at=5)


def test_an_event_about_it_alone_keeps_only_its_place_its_time_and_its_cause() -> None:
    before = row(CategoryAssigned(image_id=GONE, category_id="dog"))
    after = rewritten(before, ERASURE)
    assert (after.type, after.data, after.stream) == (Erased.TYPE, "{}", "erased")
    assert (after.position, after.recorded_at) == (before.position, before.recorded_at)
    assert (after.causation_id, after.correlation_id) == (before.causation_id, before.correlation_id)
    assert after.event_id != before.event_id


def test_a_row_about_others_is_the_very_same() -> None:
    before = row(CategoryAssigned(image_id=OTHER, category_id="dog"))
    assert rewritten(before, ERASURE) is before


@pytest.mark.parametrize("data", [f'{{"image_id": "{GONE}", ', '{"x": "IMG_1.jpg"}'])
def test_a_row_that_nobody_understands_is_erased_if_it_names_the_photo(data: str) -> None:
    broken = msgspec.structs.replace(row(CategoryAssigned(image_id=OTHER, category_id="dog")), data=data)
    assert rewritten(broken, ERASURE).data == "{}"
    unknown = msgspec.structs.replace(broken, type="from_the_future")
    assert rewritten(unknown, ERASURE).data == "{}"
    other = msgspec.structs.replace(unknown, data='{"image_id": "x"}')
    assert rewritten(other, ERASURE) is other


def test_an_album_keeps_the_order_of_the_others() -> None:
    events: list[Any] = [
        ImagesAddedToAlbum(album_id="a", image_ids=[OTHER, GONE, "b" * 32]),
        AlbumReordered(album_id="a", image_ids=[GONE, OTHER], ranks=["m", "n"]),
    ]
    left = [event.without(ERASURE) for event in events]
    assert left[0].image_ids == [OTHER, "b" * 32]
    assert (left[1].image_ids, left[1].ranks) == ([OTHER], ["n"])
    assert (
        replayed([Recorded(5, left[0])]) is None
    )  # the album was never made: just a fold that does not fail


def test_the_content_that_took_its_place_was_added() -> None:
    fields: Any = {"root": ROOT, "path": "x.jpg", "size": 3, "mtime_ns": 4, "inode": 7}
    left = FileReplaced(image_id=OTHER, previous_image_id=GONE, **fields).without(ERASURE)
    assert left == FileAdded(image_id=OTHER, **fields)


def test_a_command_for_it_alone_stays_a_command() -> None:
    assert HideImages(images=[GONE]).without(ERASURE) == HideImages(images=[NOBODY])
    assert HideImages(images=[GONE, OTHER]).without(ERASURE) == HideImages(images=[OTHER])


@pytest.mark.parametrize(
    "command",
    [
        SetTitle(images=[GONE], title="Secret"),
        SetCaption(images=[GONE], caption="Secret"),
        AddKeywords(images=[GONE], keywords=["Secret"]),
        RemovePeople(images=[GONE], people=["Secret"]),
        SetPlace(images=[GONE], city="Secret", latitude=41.5, longitude=12.5),
        EditPhotos(images=[GONE], title="Secret", caption="Secret", add_people=["Secret"]),
    ],
    ids=lambda command: command.TYPE,
)
def test_what_was_said_of_it_alone_is_forgotten_with_it(command: Command) -> None:
    """It stays a valid command. What was said of others as well stays."""
    left = command.without(ERASURE)
    assert not any(part in encode(left) for part in (b"Secret", b"41.5", b"12.5"))
    assert msgspec.json.decode(encode(left), type=type(left)) == left
    both = msgspec.structs.replace(command, images=[GONE, OTHER])
    assert both.without(ERASURE) == msgspec.structs.replace(command, images=[OTHER])


def test_a_place_is_forgotten_only_if_no_other_photo_was_ever_there() -> None:
    seen = Whereabouts()
    for image, path in ((GONE, "a/1.jpg"), (GONE, "b/2.jpg"), (OTHER, "b/2.jpg"), (OTHER, "b/3.jpg")):
        seen.see(FileAdded(image_id=image, root=ROOT, path=path, size=1, mtime_ns=1))
    seen.see(
        FileMoved(
            image_id=GONE,
            root=ROOT,
            path="c/d/1.jpg",
            from_root=ROOT,
            from_path="a/1.jpg",
            size=1,
            mtime_ns=1,
        )
    )
    assert seen.erasure([GONE]).places == {
        *((ROOT, "a"), (ROOT, "a/1.jpg"), (ROOT, "c"), (ROOT, "c/d"), (ROOT, "c/d/1.jpg")),
    }


def test_what_stays_beside_it_is_known() -> None:
    seen = Whereabouts()
    for image, path in ((GONE, "a/IMG_1.HEIC"), (OTHER, "a/IMG_1.MOV"), ("b" * 32, "a/IMG_10.HEIC")):
        seen.see(FileAdded(image_id=image, root=ROOT, path=path, size=1, mtime_ns=1))
    assert seen.beside([GONE]) == {OTHER}
