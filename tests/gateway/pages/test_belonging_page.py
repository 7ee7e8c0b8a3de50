"""A photo's page links to the files that belong to it, and the JSON lists them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.domain.files.events import FileAdded, FileReplaced, ImageImported
from services.domain.subject import Event
from services.gateway.queries.belonging import RELATIVES
from services.gateway.queries.photo import PHOTO as EVERYTHING
from services.kernel.settings import Settings
from services.projector import generation
from tests.gateway.pages.seeded import HOSTILE
from tests.support import log
from tests.support.one_line import one_line
from tests.support.stack import Stack

PHOTO, FILM, COPY, OLD, NEW, SHOT, RAW = (f"{number:032x}" for number in range(1, 8))
LINKS = (
    "live_film",
    "live_photo",
    "raw_file",
    "raw_photo",
    "edited_from",
    "edited",
    "replaces",
    "replaced_by",
)


def picture(image: str, **facts: Any) -> ImageImported:
    fields = {"format": "JPEG", "taken_at": "2020-05-17T10:00:00", "taken_at_source": "exif"} | facts
    return ImageImported(image_id=image, size=10, width=4, height=3, colour="#102030", **fields)


def told(root: Path) -> list[Event]:
    def at(image: str, path: str) -> FileAdded:
        return FileAdded(image_id=image, root=str(root), path=path, size=10, mtime_ns=1)

    return [
        *(picture(image) for image in (PHOTO, COPY, OLD, NEW)),
        picture(FILM, format="MOV", duration_s=2.8),
        *(picture(image, format=name, camera_model="M") for image, name in ((SHOT, "JPEG"), (RAW, "NEF"))),
        *(at(SHOT, "DSC_1.JPG"), at(RAW, "DSC_1.NEF"), at(RAW, "copies/DSC_1.NEF")),
        at(PHOTO, "IMG_1234.HEIC"),
        at(FILM, "IMG_1234.MOV"),
        at(COPY, "IMG_E1234.JPG"),
        at(OLD, HOSTILE.replace("/", "_")),
        at(OLD, "x.jpg"),
        FileReplaced(image_id=NEW, previous_image_id=OLD, root=str(root), path="x.jpg", size=9, mtime_ns=2),
    ]


@pytest.fixture(scope="module")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return log.laid_down(tmp_path_factory.mktemp("belonging"), told)


@pytest.mark.parametrize(
    ("image", "links"),
    [
        (PHOTO, {"live_film": FILM, "edited": [COPY]}),
        (FILM, {"live_photo": PHOTO}),
        (SHOT, {"raw_file": RAW}),
        (RAW, {"raw_photo": SHOT}),
        (COPY, {"edited_from": PHOTO}),
        (OLD, {"replaced_by": NEW}),
        (NEW, {"replaces": OLD}),
    ],
)
async def test_the_json_names_what_belongs_to_it(
    client: httpx.AsyncClient, image: str, links: dict[str, Any]
) -> None:
    answer = (await client.get(f"/api/images/{image}")).json()
    assert {name: answer[name] for name in LINKS} == dict.fromkeys(LINKS) | {"edited": []} | links


@pytest.mark.parametrize(
    ("image", "said", "other"),
    [
        (PHOTO, "Live photo with", FILM),
        (PHOTO, "Edited:", COPY),
        (FILM, "The video of the live photo", PHOTO),
        (SHOT, "With the RAW file", RAW),
        (RAW, "The RAW file of", SHOT),
        (COPY, "Edited copy of", PHOTO),
        (OLD, "Newer version", NEW),
        (NEW, "Newer version of", OLD),
    ],
)
async def test_the_page_leads_to_it(client: httpx.AsyncClient, image: str, said: str, other: str) -> None:
    text = one_line((await client.get(f"/images/{image}")).text)
    assert f'{said} <a href="/images/{other}">' in text
    assert "<script>alert" not in text


async def test_of_an_undated_copy_the_look_decides(album: Stack) -> None:
    """Numbers in names are given to any file: one that looks different is another picture."""
    alike, unlike, original = (f"{number:032x}" for number in range(11, 14))
    await album.tell(picture(original, phash="0f" * 8))
    for image, phash in ((alike, "8f" + "0f" * 7), (unlike, "f0" * 8)):
        await album.tell(picture(image, phash=phash, taken_at_source="mtime"))
    names = {original: "lake.jpg", alike: "lake (1).jpg", unlike: "lake (2).jpg"}
    for image, name in names.items():
        root = str(album.settings.photos[0])
        await album.tell(FileAdded(image_id=image, root=root, path=name, size=10, mtime_ns=1))
    sources = [
        (await album.client.get(f"/api/images/{image}")).json()["edited_from"] for image in (alike, unlike)
    ]
    assert sources == [original, None]
    assert (await album.client.get(f"/api/images/{original}")).json()["edited"] == [alike]


async def test_a_live_photo_plays_its_film_when_asked(client: httpx.AsyncClient) -> None:
    text = one_line((await client.get(f"/images/{PHOTO}")).text)
    assert text.count("<video") == 1
    film, _, sources = text.split("<video", 1)[1].partition(">")
    assert [part.split('"')[0] for part in sources.split("</video>")[0].split('src="')[1:]] == [
        f"/images/{FILM}/original",
        f"/images/{FILM}/video",
    ]
    assert 'preload="none"' in film
    assert " controls" in film
    assert "<video" not in (await client.get(f"/images/{COPY}")).text


async def test_raw_and_jpeg_are_one_tile_with_both_files(
    client: httpx.AsyncClient, laid_down: Settings
) -> None:
    """Whatever is asked: the list, the photo alone, its page. The photo's own file comes first."""
    root = laid_down.photos[0]
    paths = [f"{root}/{path}" for path in ("DSC_1.JPG", "DSC_1.NEF", "copies/DSC_1.NEF")]
    items = (await client.get("/api/images")).json()["items"]
    assert [item["files"] for item in items if item["id"] in (SHOT, RAW)] == [paths]
    assert (await client.get(f"/api/images/{SHOT}")).json()["files"] == paths
    assert (await client.get(f"/api/images/{RAW}")).json()["files"] == paths[1:]
    raws = (await client.get("/api/images", params={"q": "is:raw"})).json()["items"]
    assert [item["id"] for item in raws] == [SHOT]
    text = (await client.get(f"/images/{SHOT}")).text
    assert all(path in text for path in paths)
    html = (await client.get("/")).text
    assert 'aria-label="RAW"' in html.split(f'id="p-{SHOT}"')[1].split("</li>")[0]
    assert f'id="p-{RAW}"' not in html
    assert "seen last" not in (await client.get(f"/images/{RAW}")).text


async def test_the_film_is_in_no_list_and_its_page_does_not_call_it_lost(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/api/images")).json()
    assert {item["id"] for item in listed["items"]} == {PHOTO, COPY, OLD, NEW, SHOT}
    assert listed["total"] == 5
    live = (await client.get("/api/images", params={"category": "kind-live"})).json()
    assert [item["id"] for item in live["items"]] == [PHOTO]
    assert "seen last" not in (await client.get(f"/images/{FILM}")).text


def test_what_belongs_to_a_photo_is_found_by_indexes(laid_down: Settings) -> None:
    tables = generation.current(laid_down.views)
    assert tables
    with closing(sqlite3.connect(tables)) as db:
        plan = db.execute(f"EXPLAIN QUERY PLAN {RELATIVES}", (PHOTO,)).fetchall()
    scanned = [row[3] for row in plan if row[3].startswith("SCAN")]
    assert [step for step in scanned if step != "SCAN CONSTANT ROW"] == []


def test_all_that_is_known_of_a_photo_is_found_by_indexes(laid_down: Settings) -> None:
    """Only the models whose labels count, the dozen kinds of sidecars and the rows already found for this photo, with
    the lists in them, are scanned."""
    short = {
        "active_model",
        "a",
        "claimant",
        "heard",
        "h",
        "model",
        "n",
        "own",
        "o",
        "p",
        "part",
        "seen",
        "u",
        "v",
        "CONSTANT",
        "4",
    }
    tables = generation.current(laid_down.views)
    assert tables
    with closing(sqlite3.connect(tables)) as db:
        plan = db.execute(f"EXPLAIN QUERY PLAN {EVERYTHING}", (PHOTO,)).fetchall()
    scanned = {row[3].split()[1] for row in plan if row[3].startswith("SCAN")}
    assert {name for name in scanned if not name.startswith("(subquery")} <= short
