"""A client that `openapi-python-client` generates from the schema: every command is given with it, and its answers are
what the schema promises."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.domain.albums.sharing import AlbumShared
from services.domain.registry import BY_NAME
from tests.support.models import registered
from tests.support.stack import Stack
from tests.support.waiting import eventually

PACKAGE: Final = "album_client"
REFUSED: Final = {
    "confirm-edit": 422,  # no file of this album was edited
    "confirm-missing": 404,  # nothing is missing
    "mark-unavailable": 404,
    "explain": 404,  # nothing is classified
    "forget-messages": 404,  # no message is stuck
    "resend-messages": 404,
    "use-file-time": 422,  # all photos have dates of their own
    "undo-inheritances": 422,  # nothing was inherited
    "retry-failed": 422,  # nothing has failed
    "retry-rejected": 404,
    "keep-best": 422,  # there are no duplicates
    "ignore-problems": 404,  # there are none
    "show-problems": 404,
}
"""Commands for which this album gives no occasion, and how they are refused."""

Answer = Any
"""`Response` of the generated client: status_code, and parsed, an object of the type that the schema has for it."""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[dict[str, Any]], None]]:
    folder = tmp_path_factory.mktemp("generated")

    def generate(schema: dict[str, Any]) -> None:
        (folder / "schema.json").write_text(json.dumps(schema))
        (folder / "config.yml").write_text("post_hooks: []\n")
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "openapi_python_client", "generate", "--path", "schema.json"),
                *("--config", "config.yml", "--meta", "none", "--output-path", PACKAGE),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "ERROR" not in ran.stdout, ran.stdout
        assert "/commands/" not in ran.stdout, f"it leaves a command out: {ran.stdout}"

    sys.path.insert(0, str(folder))
    yield generate
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


class Client:
    def __init__(self, stack: Stack) -> None:
        self._client = importlib.import_module(PACKAGE).Client(base_url=str(stack.client.base_url))
        self._client.set_async_httpx_client(stack.client)
        self.given: set[str] = set()

    async def give(self, name: str, /, **fields: Any) -> Answer:
        """Whatever comes of it."""
        self.given.add(name)
        module = importlib.import_module(f"{PACKAGE}.api.commands.command_{name.replace('-', '_')}")
        body = getattr(module, BY_NAME[name].__name__).from_dict(fields)
        return await module.asyncio_detailed(client=self._client, body=body)

    async def done(self, name: str, /, **fields: Any) -> str:
        """Returns its id."""
        answer = await self.give(name, **fields)
        assert answer.status_code == 202, (name, answer.content)
        assert type(answer.parsed).__name__ == "Accepted"
        return str(answer.parsed.command_id)


@pytest.fixture
async def client(scanned: Stack, generated: Callable[[dict[str, Any]], None]) -> Client:
    generated(await scanned.get("/schema/openapi.json"))
    return Client(scanned)


async def test_every_command(client: Client, scanned: Stack, tmp_path: Path) -> None:
    one, two, three = [item["id"] for item in (await scanned.get("/api/images"))["items"]]
    await _photos(client, one, two, three)
    await _albums(client, scanned, one, two, three)
    await _categories(client, scanned, one, two)
    await _jobs(client, scanned, tmp_path)
    await _refused(client, one, two)
    assert client.given == set(BY_NAME)


async def _photos(client: Client, one: str, two: str, three: str) -> None:
    await client.done("set-favorite", images=[one, two], favorite=True)
    await client.done("set-rating", images=[one], rating=4)
    await client.done("set-title", images=[one], title="Rome")
    await client.done("set-caption", images=[one], caption="In the rain")
    await client.done("add-keywords", images=[one, two], keywords=["Italy", "Places|Rome"])
    await client.done("remove-keywords", images=[two], keywords=["Italy"])
    await client.done("add-people", images=[one], people=["Anna"])
    await client.done("remove-people", images=[one], people=["Anna"])
    await client.done("set-face", images=[one], person="Ben", x=0.5, y=0.5, width=0.2, height=0.2)
    await client.done("set-place", images=[one], latitude=41.9, longitude=12.5)
    await client.done("rotate", images=[one], by="left")
    await client.done("set-rotation", images=[one], rotation=1)
    await client.done("correct-date", images=[one, two], shift_days=1)
    await client.done("edit-photos", images=[two], title="Rome, too", add_keywords=["Sunday"], rating=None)
    await client.done("set-distinct", images=[one, two])
    hidden = await client.done("hide-images", images=[three])
    await client.done("undo", command_id=hidden)
    await client.done("hide-images", images=[three])
    await client.done("unhide-images", images=[three])
    await client.done("move-to-bin", images=[three])
    await client.done("restore-from-bin", images=[three])
    await client.done("keep-copy", image=one)
    await client.done("set-seasons", hemisphere="south")
    await client.done("set-timeline", hides=["kind-screenshot"])


async def _albums(client: Client, stack: Stack, *images: str) -> None:
    await client.done("create-album", name="Rome", images=[*images])
    await client.done("create-album", name="Trips", q="type:jpeg")
    await stack.caught_up()
    rome, trips = [
        one["id"]
        for name in ("Rome", "Trips")
        for one in await stack.get("/api/albums")
        if one["name"] == name
    ]
    await client.done("rename-album", album_id=rome, name="Roma")
    await client.done("describe-album", album_id=rome, description="A week")
    await client.done("set-cover", album_id=rome, image=images[1])
    await client.done("reorder-album", album_id=rome, images=[images[2]], before=images[0])
    await client.done("set-album-order", album_id=rome, order="-taken_at")
    await client.done("set-album-search", album_id=trips, q="year:2020")
    await client.done("remove-from-album", album_id=rome, images=[images[0]])
    await client.done("add-to-album", album_id=rome, images=[images[0]])
    await client.done("share-album", album_id=rome, secret_hash="0" * 64)
    await stack.caught_up()
    (shared,) = await stack.events(AlbumShared)
    await client.done("unshare-album", album_id=rome, link_id=shared.link_id)
    await client.done("duplicate-album", album_id=rome, name="Copy")
    await stack.caught_up()
    (copy,) = [one["id"] for one in await stack.get("/api/albums") if one["name"] == "Copy"]
    await client.done("merge-albums", album_id=copy, into=rome)
    await client.done("delete-album", album_id=trips)
    await client.done("restore-album", album_id=trips)


async def _categories(client: Client, stack: Stack, one: str, two: str) -> None:
    await client.done("create-category", name="Boats", images=[one])
    await client.done("create-category", name="Ferries")
    await stack.caught_up()
    found = {category["name"]: category["id"] for category in await stack.get("/api/categories")}
    boats, ferries, dog = found["Boats"], found["Ferries"], found["Dog"]
    await stack.tell(registered("words", kind="words"))
    await client.done("describe-category", category_id=boats, sentences=["a boat on a lake"])
    await client.done("assign-category", category_id=boats, images=[two])
    await client.done("reject-category", category_id=boats, images=[two])
    await client.done("replace-category", category_id=ferries, instead_of=boats, images=[one])
    await client.done("rename-category", category_id=boats, name="Ships")
    await client.done("move-category", category_id=boats, group_id=None)
    await client.done("teach-category", category_id=boats)
    await client.done("set-threshold", category_id=dog, threshold=0.9)
    await client.done("hide-category", category_id=dog)
    await client.done("unhide-category", category_id=dog)
    await client.done("merge-categories", category_id=ferries, into=boats)
    await client.done("delete-category", category_id=boats)
    await client.done("restore-category", category_id=boats)


async def _jobs(client: Client, stack: Stack, folder: Path) -> None:
    for name in ("more", "exported"):
        (folder / name).mkdir()
    more = str(folder / "more")
    await client.done("add-folder", folder=more)
    await eventually(lambda: more in stack.gateway.roots, "the folder is scanned")
    await client.done("prefer-folders", folders=[more])
    await client.done("remove-folder", folder=more)
    await eventually(lambda: more not in stack.gateway.roots, "it is scanned no longer")
    await client.done("forget-folder", folder=more)
    await client.done("restore-folder", folder=more)
    await client.done("scan")
    await client.done("export-library", folder=str(folder / "exported"))
    await client.done("import", source=str(folder / "exported"))
    job = await client.done("classify", images="all", model="efficientnet-lite0")
    await stack.caught_up()
    await client.done("pause-job", job_id=job)
    await client.done("resume-job", job_id=job)
    await client.done("cancel-job", job_id=job)
    await stack.tell(registered("efficientnet-lite0"))
    await client.done("activate-model", model_id="efficientnet-lite0", when="now")
    await client.done("look-back", position=await stack.gateway.events.head())


async def _refused(client: Client, one: str, two: str) -> None:
    """As the schema has it: with a sentence."""
    fields: dict[str, dict[str, Any]] = {
        "confirm-edit": {"image": one, "former": two},
        "confirm-missing": {"question": "0" * 32},
        "mark-unavailable": {"question": "0" * 32},
        "explain": {"image": one},
        "use-file-time": {"images": [one]},
        "keep-best": {},
        "ignore-problems": {"paths": ["/nowhere"]},
        "show-problems": {"paths": ["/nowhere"]},
    }
    for name, status in REFUSED.items():
        answer = await client.give(name, **fields.get(name, {}))
        assert (name, answer.status_code.value) == (name, status), answer.content
        assert type(answer.parsed).__name__ == "Problem"
        assert answer.parsed.status_code == status
        assert answer.parsed.detail.endswith(".")
