"""The settings page, and the installable app."""

import re
import tomllib
from pathlib import Path

import httpx
import pytest

from services.gateway.pages.rendering import asset
from services.kernel.version import VERSION
from tests.support.one_line import one_line

ROOT = Path(__file__).resolve().parents[3]


async def test_what_the_page_tells(client: httpx.AsyncClient) -> None:
    page = one_line((await client.get("/settings")).text)
    assert "/photos</code>" in page
    assert 'action="/commands/add-folder"' in page and 'action="/commands/remove-folder"' in page
    assert 'name="hides" value="' in page
    assert f"<dd>{VERSION}</dd>" in page
    assert 'aria-current="page"' in page.partition("/settings")[2][:60]


@pytest.mark.parametrize(
    ("name", "value", "sign"),
    [
        ("theme", "dark", 'data-theme="dark"'),
        ("theme", "light", 'data-theme="light"'),
        ("language", "de", 'lang="de"'),
        ("language", "en", 'lang="en"'),
    ],
)
async def test_a_choice_is_a_cookie_and_holds(
    client: httpx.AsyncClient, name: str, value: str, sign: str
) -> None:
    """A form, so it works without JavaScript; resetting the choice removes the cookie."""
    answer = await client.post(f"/settings/{name}", data={name: value, "next": "/settings"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings")
    assert "SameSite=lax" in answer.headers["Set-Cookie"]
    page = (await client.get("/settings")).text
    assert sign in page.partition("<head>")[0]
    assert f'name="{name}" value="{value}" checked' in page
    await client.post(f"/settings/{name}", data={name: "", "next": "/settings"})
    assert name not in client.cookies


@pytest.mark.parametrize("name", ["theme", "language"])
async def test_what_is_no_choice_is_refused(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.post(f"/settings/{name}", data={name: "pink<i>"})
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "x", ""])
async def test_a_choice_leads_nowhere_else(client: httpx.AsyncClient, wanted: str) -> None:
    answer = await client.post("/settings/theme", data={"theme": "dark", "next": wanted})
    assert answer.headers["Location"] == "/"


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION


async def test_the_manifest(client: httpx.AsyncClient) -> None:
    """Each icon exists and has the stated size."""
    answer = await client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"].startswith("application/manifest+json")
    manifest = answer.json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        content = (await client.get(icon["src"])).content
        assert content.startswith(b"\x89PNG")
        size = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
        assert icon["sizes"] == "{}x{}".format(*size)


async def test_the_manifest_is_in_the_readers_language(client: httpx.AsyncClient) -> None:
    manifest = (await client.get("/manifest.webmanifest", headers={"Accept-Language": "de"})).json()
    assert manifest["lang"] == "de"


async def test_the_worker_of_a_version_has_its_own_address(client: httpx.AsyncClient) -> None:
    """An upgrade or another language means another worker, so nothing outdated is shown."""
    page = (await client.get("/settings")).text
    version = asset("").split("/")[2]
    assert f'content="/sw.js?{version}-en"' in page
    answer = await client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")


async def test_the_offline_page_needs_nothing_but_the_static_files(client: httpx.AsyncClient) -> None:
    page = (await client.get("/offline")).text
    assert "./albumen up" in page
    needed = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert needed
    for address in needed:
        assert address.startswith("/static/")
        assert (await client.get(address)).status_code == 200
