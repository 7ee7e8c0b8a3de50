"""The tree of folders as it lies on the disk: photos, counts, and what is wrong."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services.domain.categories.decisions import CategoryAssigned
from services.domain.files.events import FileAdded, FileMissing, ImageImported, ScanFinished, ScanStarted
from services.domain.files.rejections import FileRejected, FolderUnreadable
from services.domain.photos.hiding import ImagesHidden
from services.domain.photos.timeline import TimelineHides
from services.domain.subject import Event
from services.kernel.paths import to_text
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import image_id, photo
from tests.support import log
from tests.support.stack import stack

ODD = [
    "a?b#c%20 & <i>",
    'quo"te\\d',
    "line\nbreak",
    to_text(b"caf\xe9".decode(errors="surrogateescape")),
    "ש ל",
    "..x",
]
"""Names of folders that an address could get wrong."""
ROOT = "/disk/Pictures"
OTHER = "/usb/Pictures"
PLACES = {
    0: [(ROOT, "0.jpg")],
    1: [
        (ROOT, "2014/Rome/1.jpg"),
        (ROOT, "2014/copies/1.jpg"),
        (ROOT, "2014/copies/again.jpg"),
        (OTHER, "1.jpg"),
    ],
    2: [(ROOT, "2014/Rome/2.jpg")],
    3: [(ROOT, "Takeout 2.zip/Takeout/3.jpg")],
    4: [(ROOT, "Takeout 10.zip/Takeout/4.jpg")],
    5: [(ROOT, "2014/Rome/5.jpg")],
    6: [(ROOT, "2014/Rome/6.jpg")],
    **{7 + n: [(ROOT, f"odd/{name}/x.jpg")] for n, name in enumerate(ODD)},
}
"""Photo 5 is hidden, 6 is missing."""


def tale(root: Path) -> Iterator[Event]:
    yield ScanStarted(roots=[ROOT, OTHER])
    for number, places in PLACES.items():
        imported = next(iter(photo(number, root)))
        assert isinstance(imported, ImageImported)
        yield imported
        for at, path in places:
            yield FileAdded(image_id=image_id(number), root=at, path=path, size=9, mtime_ns=1)
    yield FileRejected(root=ROOT, path="2014/Rome/bad.jpg", size=1, mtime_ns=1, reason="It is empty.")
    yield FileRejected(root=ROOT, path="2014/also.jpg", size=1, mtime_ns=1, reason="It is empty.")
    yield FolderUnreadable(root=ROOT, path="secret", reason="No permission.")
    yield ImagesHidden(image_ids=[image_id(5)])
    yield FileMissing(image_id=image_id(6), root=ROOT, path="2014/Rome/6.jpg")
    yield CategoryAssigned(image_id=image_id(2), category_id="kind-screenshot")
    yield TimelineHides(category_ids=["kind-screenshot"])
    yield ScanFinished(found=0, added=0, unchanged=0, rejected=0)


@pytest.fixture(scope="session")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return log.laid_down(tmp_path_factory.mktemp("folders"), tale)


def lines(page: str) -> dict[str, str]:
    """Name of each folder of the tree -> what stands beside it."""
    found = re.findall(r"<bdi>([^<]*)</bdi></a>(.*?)</(?:summary|p)>", page.split("<main", 1)[1], re.DOTALL)
    return {unescape(name): " ".join(re.sub(r"<[^>]*>", " ", rest).split()) for name, rest in found}


async def branch(client: httpx.AsyncClient, path: str) -> dict[str, str]:
    answer = await client.get("/folders", params={"below": path})
    assert answer.status_code == 200, answer.text
    return lines("<main" + answer.text)


async def shown(client: httpx.AsyncClient, path: str) -> set[str]:
    """Ids of the photos on a folder's page."""
    answer = await client.get("/folders" + quote(path))
    assert answer.status_code == 200, answer.text
    return set(re.findall(r'id="p-([0-9a-f]{32})"', answer.text))


async def test_every_photo_folder_with_what_is_in_it_and_what_is_wrong(client: httpx.AsyncClient) -> None:
    """A photo with several copies counts once; what is hidden is not shown, so it doesn't count."""
    assert lines((await client.get("/folders")).text) == {
        ROOT: f"{5 + len(ODD)} 2 unreadable · 1 missing",
        OTHER: "1",
    }


async def test_the_only_photo_folder_is_unfolded(tmp_path: Path) -> None:
    """The folders in it unfold only when asked to."""
    settings = Settings(data=tmp_path / "data", previews=tmp_path / "previews")
    async with stack(settings) as album:
        root = str(tmp_path)
        await album.tell(ScanStarted(roots=[root]))
        for number, path in enumerate(("2014/Rome/1.jpg", "odd/2.jpg")):
            at: dict[str, Any] = {"image_id": image_id(number), "root": root, "path": path}
            await album.tell(next(iter(photo(number, tmp_path))), FileAdded(**at, size=9, mtime_ns=1))
        page = (await album.client.get("/folders")).text
    assert lines(page) == {root: "2", "2014": "1", "odd": "1"}
    assert page.count("<details open>") == 1


async def test_a_folder_unfolds_to_those_directly_in_it(client: httpx.AsyncClient) -> None:
    """As people sort, archives as folders; one that can't be opened, too."""
    below = await branch(client, ROOT)
    assert below == {
        "2014": "2 2 unreadable · 1 missing",
        "odd": str(len(ODD)),
        "secret": "0 can’t be opened",
        "Takeout 2.zip": "1",
        "Takeout 10.zip": "1",
    }
    assert list(below) == ["2014", "odd", "secret", "Takeout 2.zip", "Takeout 10.zip"]
    assert await branch(client, f"{ROOT}/2014") == {"copies": "1", "Rome": "2 1 unreadable · 1 missing"}


async def test_a_folder_has_its_own_photos_only(client: httpx.AsyncClient) -> None:
    assert await shown(client, ROOT) == {image_id(0)}
    assert await shown(client, f"{ROOT}/2014") == set()
    assert await shown(client, f"{ROOT}/2014/Rome") == {image_id(1), image_id(2)}
    assert await shown(client, f"{ROOT}/2014/copies") == {image_id(1)} == await shown(client, OTHER)
    assert await shown(client, f"{ROOT}/Takeout 2.zip/Takeout") == {image_id(3)}


@pytest.mark.parametrize("number", range(len(ODD)))
async def test_odd_names_have_an_address(client: httpx.AsyncClient, number: int) -> None:
    name = ODD[number]
    assert await shown(client, f"{ROOT}/odd/{name}") == {image_id(7 + number)}
    page = (await client.get("/folders", params={"below": f"{ROOT}/odd"})).text
    hrefs = [unescape(href) for href in re.findall(r'href="(/folders/[^"]*)"', page)]
    assert f"/folders{quote(f'{ROOT}/odd/{name}')}" in hrefs
    assert "<i>" not in page


async def test_the_way_up(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/folders{ROOT}/2014/Rome")).text
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', page, re.DOTALL)
    assert crumbs
    assert re.findall(r'href="(/folders[^"]*)"', crumbs[0]) == [
        "/folders",
        f"/folders{ROOT}",
        f"/folders{ROOT}/2014",
    ]


async def test_what_is_wrong_in_a_folder_stands_on_its_page(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/folders{ROOT}/2014/Rome")).text
    assert "1 file here can’t be read" in page and "bad.jpg" in page and "It is empty." in page
    assert "1 file is missing here" in page and "6.jpg" in page
    assert "also.jpg" not in page
    page = (await client.get(f"/folders{ROOT}/secret")).text
    assert "This folder can’t be opened" in page


@pytest.mark.parametrize("path", ["/nowhere", f"{ROOT}/2014/Rome/1.jpg", f"{ROOT}/2014/", "/", "/disk"])
async def test_there_is_no_other_folder(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get("/folders" + path)
    assert answer.status_code in (200, 404)
    if answer.status_code == 200:  # a slash at the end means nothing
        assert path.endswith("/")
    assert (await client.get("/folders", params={"below": f"{path}?"})).status_code == 404


async def test_photos_lead_to_the_timeline_and_to_their_folder(client: httpx.AsyncClient) -> None:
    """And their neighbours are those of the list that they were opened from."""
    page = (await client.get(f"/images/{image_id(1)}")).text
    there = f"?at=2015-11#p-{image_id(1)}"
    assert f'<a href="/{there}">In the timeline</a>' in page
    assert f'href="/folders{ROOT}/2014/Rome{there}"' in page
    assert f'href="/folders{OTHER}{there}"' in page, "each of its files leads to its folder"
    listed = (await client.get(f"/folders{ROOT}/2014/Rome")).text
    opened = re.search(rf'href="(/images/{image_id(1)}[^"]*)"', listed)
    assert opened
    page = (await client.get(unescape(opened[1]))).text
    assert f'href="/folders{ROOT}/2014/Rome?at=2015-11#p-{image_id(1)}" data-back' in page
    assert f"/images/{image_id(2)}?folder=" in page
    around = await client.get(unescape(opened[1]).replace("?", "/around?"))
    near = around.json()
    assert [one["id"] for one in near["before"] + near["after"]] == [image_id(2)]


@pytest.mark.parametrize("number", [2, 5, 6])
async def test_only_what_the_timeline_shows_leads_there(client: httpx.AsyncClient, number: int) -> None:
    """One is of a kind that is left out, one hidden, one missing; the missing one is in no folder either."""
    page = (await client.get(f"/images/{image_id(number)}")).text
    assert "In the timeline" not in page
    assert ("In its folder" in page) == (number != 6)


async def test_the_outline_is_of_the_folder(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/folders{ROOT}/2014/Rome")).text
    address = re.search(r'data-outline="([^"]*)"', page)
    assert address
    outline = (await client.get(unescape(address[1]))).json()
    assert sum(count for _, _, count in outline["months"]) == 2
