"""The table of formats is the only one: its invariants, and that no other module has a list of formats."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.gateway.i18n.builtin_names import PARTS
from services.knowledge.formats import BYTES, FORMATS, Kind, decoders

SERVICES = Path(__file__).resolve().parents[2] / "services"
OURS = "what Albumen itself writes: previews, larger pictures, copies of films, maps of where a model looked"
EXCEPTIONS = {
    **dict.fromkeys([("kernel/paths.py", ".jpg"), ("gateway/running/disk.py", ".jpg")], OURS),
    **dict.fromkeys([("gateway/reading/large.py", "JPEG")], OURS),
    **dict.fromkeys([("gateway/reading/look.py", "JPEG"), ("gateway/reading/pixels.py", "JPEG")], OURS),
    ("gateway/reading/texture.py", "JPEG"): OURS,
    **dict.fromkeys([("gateway/reading/raw.py", "JPEG"), ("inference/preprocess.py", "JPEG")], OURS),
    **dict.fromkeys([("gateway/reading/heat.py", "PNG"), ("gateway/pages/heat.py", "image/png")], OURS),
    **dict.fromkeys(
        [("gateway/pages/files.py", "image/jpeg"), ("gateway/pages/shared_files.py", "image/jpeg")], OURS
    ),
    **dict.fromkeys([("gateway/media/shared_zip.py", name) for name in (".jpg", ".mp4", ".webm")], OURS),
    ("gateway/media/shared_zip.py", "video/webm"): OURS,
    **dict.fromkeys(
        [("gateway/reading/film_copy.py", name) for name in ("mp4", "webm")],
        "FFmpeg's names of the containers of our copies",
    ),
    **dict.fromkeys([("gateway/reading/film_transcode.py", name) for name in ("mp4", "MP4")], OURS),
    **dict.fromkeys(
        [("gateway/reading/film_transcode.py", name) for name in ("mov", "flv")],
        "FFmpeg's containers that say when each picture is shown",
    ),
    **dict.fromkeys([("gateway/media/film_copies.py", name) for name in ("MP4", "WEBM")], OURS),
    ("gateway/presentation/statements.py", "XMP"): "the metadata in a file, not the file beside it",
    **dict.fromkeys(
        [("kernel/backup/manifest.py", ".json"), ("kernel/backup/restoring.py", ".json")],
        "a backup's manifest",
    ),
    ("cli/fetch_words.py", ".json"): "the address of a words model's description",
    **dict.fromkeys(
        [("gateway/sidecars/namespaces.py", name) for name in ("tiff", "MP")], "a namespace of XMP"
    ),
    ("gateway/pages/installed.py", "image/png"): "the app's own icon",
    ("gateway/details/raw.py", "raw"): "a detail's name, for all RAW files",
    ("gateway/reading/film_frames.py", "GIF"): "the one format whose frames are counted along its bytes",
    ("knowledge/programs.py", "thm"): "a folder of DJI's cameras",
    ("projector/rows/names.py", ".mp"): "in the middle of a picture's name: PXL_1.MP.jpg",
    ("projector/rows/names.py", ".mv"): "in the middle of a picture's name: PXL_1.MV.jpg",
    ("projector/rows/rules.py", "PNG"): "a choice of the rule for screenshots",
    ("projector/rows/rules.py", "WEBP"): "a choice of the rule for screenshots",
}
"""(file below services, literal) -> why it is not a list of formats."""

ROWS = [row for row in FORMATS if row.kind is not Kind.SIDECAR]
SUFFIXES = {suffix for row in FORMATS for suffix in row.suffixes}
NAMES = {name for row in ROWS for name in row.names} | {row.mime for row in ROWS if row.mime != BYTES}


OTHER_WORDS = {"json", "xmp"}
"""Without a dot, these are the log's encoding and the source of a date."""


def is_of_the_table(text: str) -> bool:
    """A suffix, with or without its dot, a format's name or MIME type, or several suffixes in one string."""
    words = {f".{word.lower().lstrip('.')}" for word in text.replace(",", " ").split()}
    return text in NAMES or (bool(words) and words <= SUFFIXES and text not in OTHER_WORDS)


def literals(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_other_module_holds_a_suffix_or_the_name_of_a_format() -> None:
    held = {
        (path.relative_to(SERVICES).as_posix(), text)
        for path in SERVICES.rglob("*.py")
        if path.relative_to(SERVICES).as_posix() not in ("knowledge/formats.py", "knowledge/sidecars.py")
        for text in literals(path.read_text("utf-8"))
        if is_of_the_table(text)
    }
    assert held - EXCEPTIONS.keys() == set()
    assert EXCEPTIONS.keys() - held == set()


@pytest.mark.parametrize(
    "text", [".jpg", "jpg", ".MTS", "MTS", "jpg jpeg", "mov,mp4", "JPEG2000", "video/mp2t"]
)
def test_what_is_caught(text: str) -> None:
    assert is_of_the_table(text)


@pytest.mark.parametrize("text", ["", "photo", "jpgs", "a.jpg", "jpg or so", "kind-raw", BYTES])
def test_what_is_not(text: str) -> None:
    assert not is_of_the_table(text)


def test_every_suffix_stands_in_one_row() -> None:
    count = Counter(suffix for row in FORMATS for suffix in row.suffixes)
    assert {suffix for suffix, times in count.items() if times > 1} == set()
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in count)


def test_every_name_of_the_log_stands_in_one_row() -> None:
    count = Counter(name for row in FORMATS for name in row.names)
    assert {name for name, times in count.items() if times > 1} == set()


def test_no_two_formats_begin_alike() -> None:
    """No format's signature is contained in another's."""
    begins = [(row, one) for row in FORMATS for one in row.begins]
    for row, one in begins:
        for other, another in begins:
            assert row is other or not one.items() <= another.items()


def test_what_can_not_be_shown_has_words_that_are_translated() -> None:
    for row in FORMATS:
        assert bool(row.words) is (row.kind in {Kind.NOT_YET, Kind.OTHER})
        assert not row.words or row.words in PARTS


def test_every_picture_and_film_has_a_decoder() -> None:
    assert all(decoders(Kind.PICTURE))
    assert all(decoders(Kind.FILM))
