"""How each part of Albumen treats every suffix and every format that the log may contain, in two tables."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.domain.files.events import ImageImported
from services.gateway.presentation.picture_choice import sharp, video_of
from services.gateway.queries.images import Image
from services.gateway.search.grammar import parse
from services.gateway.search.terms import condition
from services.gateway.search.vocabulary import Vocabulary
from services.gateway.sidecars.matching import is_album_file, match
from services.knowledge.formats import BYTES, Kind, mime
from services.knowledge.rotations import NONE
from services.knowledge.suffixes import is_media, is_of
from services.projector.rows import rules

HERE = Path(__file__).parent


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


SUFFIXES = table("suffixes.tsv")
NAMES = table("names.tsv")
"""Format names as scans write them to the log."""


def words(flags: dict[str, bool]) -> str:
    return " ".join(word for word, yes in flags.items() if yes)


def scanned(suffix: str) -> str:
    name = f"a.{suffix.upper()}"
    kinds = {
        "picture": is_of(name, Kind.PICTURE),
        "raw": is_of(name, Kind.RAW),
        "film": is_of(name, Kind.FILM),
    }
    return words(kinds | {"not yet": is_media(name) and not any(kinds.values())})


def of_takeout(suffix: str) -> str:
    """By its sidecar's name: `media` also matches by its stem and is not an album's, a `film` shares its photo's
    sidecar."""
    beside = match(["a.jpg"], [f"a.{suffix}.json"])["a.jpg"] != []
    assert beside is not is_album_file(f"a.{suffix}.json")
    film = match(["a.heic", f"a.{suffix}"], ["a.heic.json"])[f"a.{suffix}"] != []
    return words({"media": beside, "film": film and suffix != "heic"})


def searched(suffix: str) -> str:
    """The formats that `type:` matches in a library that has all of them."""
    vocabulary = Vocabulary(
        categories=[],
        albums=[],
        place=[],
        camera=[],
        lens=[],
        folder=[],
        person=[],
        keyword=[],
        type=sorted(row["name"] for row in NAMES),
        today=date(2026, 11, 29),
    )
    return " ".join(condition(parse(f"type:{suffix}").terms[0], vocabulary)[1])


def imported(name: str) -> ImageImported:
    return ImageImported(
        image_id="a",
        format=name,
        size=10,
        width=4000,
        height=3000,
        colour="#102030",
        taken_at="2020-05-17T10:00:00",
        taken_at_source="exif",
        frames=2,
        duration_s=2.0,
        camera_model="C",
    )


def ruled(name: str) -> str:
    kinds = rules.of_picture(imported(name))
    return " ".join(kind.removeprefix("kind-") for kind in kinds)


def in_browsers(name: str) -> str:
    unknown: dict[str, Any] = dict.fromkeys(Image.__struct_fields__)
    image = Image(**unknown | {"image_id": "a", "format": name, "size": 10, "frames": 1, "rotation": NONE})
    playable = video_of(image)
    played = playable is not None and playable.original.endswith("original")
    return words({"shown": sharp(image).endswith("original"), "played": played})


def rows(wanted: list[dict[str, str]]) -> list[tuple[str, ...]]:
    return [tuple(row.values()) for row in wanted]


@pytest.mark.parametrize(("suffix", "scan", "takeout", "type_finds"), rows(SUFFIXES))
def test_every_suffix(suffix: str, scan: str, takeout: str, type_finds: str) -> None:
    assert (scanned(suffix), of_takeout(suffix), searched(suffix)) == (scan, takeout, type_finds)


@pytest.mark.parametrize(("name", "kinds", "part", "media_type", "browsers"), rows(NAMES))
def test_every_format_of_the_log(name: str, kinds: str, part: str, media_type: str, browsers: str) -> None:
    sent = "" if mime(name) == BYTES else mime(name)
    assert (ruled(name), rules.part(imported(name)), sent) == (kinds, part, media_type)
    assert in_browsers(name) == browsers
