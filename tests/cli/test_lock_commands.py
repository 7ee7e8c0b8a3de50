"""`albumen up` over the network, `albumen password` and `albumen token`, as processes."""

import asyncio
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.cli import addresses
from services.kernel.settings import Settings
from tests.support.album import Service, command_line
from tests.support.commands import command
from tests.support.waiting import PATIENCE_S, eventually

PASSWORD = "correct horse battery"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    photos, data = tmp_path / "photos", tmp_path / "data"
    photos.mkdir()
    return photos, data


@pytest.fixture
def started(tmp_path: Path, folders: tuple[Path, Path]) -> Iterator[list[Service]]:
    services: list[Service] = []
    yield services
    for one in services:
        one.stop()


def up(started: list[Service], folders: tuple[Path, Path], *options: str) -> Service:
    photos, data = folders
    log = data.parent / "up.log"
    arguments: list[str | Path] = [
        photos,
        "--data",
        data,
        "--port",
        "0",
        "--no-browser",
        "--no-classify",
        *options,
    ]
    started.append(Service("up", *arguments, log=log))
    return started[-1]


async def served(service: Service) -> httpx.AsyncClient:
    def listening() -> bool:
        assert service.running, service.errors()
        return service.url is not None

    await eventually(listening, "it listens")
    return httpx.AsyncClient(base_url=service.url or "", trust_env=False, timeout=PATIENCE_S)


def password(data: Path, *options: str, line: str = f"{PASSWORD}\n") -> subprocess.CompletedProcess[str]:
    return command_line("password", "--data", data, *options, input=line)


def typed(data: Path, *options: str, line: str = f"{PASSWORD}\n") -> subprocess.CompletedProcess[str]:
    """The same in this process."""
    return command("password", "--data", data, *options, input=line)


async def test_a_connection_lasts_longer_than_a_program_keeps_it(
    started: list[Service], folders: tuple[Path, Path]
) -> None:
    """httpx keeps one for 5 s, for which Uvicorn would keep it, too: then the one sends while the other closes."""
    async with await served(up(started, folders)) as client:
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(7):
                while await reader.read(1000):
                    assert time.monotonic() - began < 7
        writer.close()


async def test_beyond_loopback_nothing_of_the_album_is_served_before_a_password_is_set(
    started: list[Service], folders: tuple[Path, Path]
) -> None:
    """Then the printed link sets one, from a phone: over the address of the network, not only over loopback."""
    service = up(started, folders, "--host", "0.0.0.0")
    async with await served(service) as client:
        for path in ("/", "/api/images", "/events", "/readyz", "/metrics"):
            assert (await client.get(path)).status_code == 403, path
        (printed,) = [line for line in service.printed().splitlines() if "first-visit" in line]
        link = httpx.URL(printed.rpartition(" ")[2])
        assert link.port == httpx.URL(service.url or "").port
        assert (await client.get(link)).status_code == 200
        fields = {"code": link.params["code"], "password": PASSWORD, "again": PASSWORD}
        assert (await client.post("/first-visit", data=fields)).status_code == 303
        assert (await client.get("/api/albums")).status_code == 200
        client.cookies.clear()
        assert (await client.get("/api/albums")).status_code == 401
        (data,) = folders[1:]
        assert command_line("albums", "--data", data).returncode == 0, "this user's own programs get in"


async def test_a_password_set_before_needs_no_first_visit(
    started: list[Service], folders: tuple[Path, Path]
) -> None:
    assert password(folders[1]).stdout == "The password was set. Browsers have to sign in.\n"
    service = up(started, folders, "--host", "0.0.0.0")
    async with await served(service) as client:
        assert "first-visit" not in service.printed()
        (other,) = [line for line in service.printed().splitlines() if line.startswith("On other devices")]
        assert httpx.URL(other.rpartition(" ")[2]).port == httpx.URL(service.url or "").port
        assert (await client.get("/api/albums")).status_code == 401
        assert (await client.post("/sign-in", data={"password": PASSWORD})).status_code == 303
        assert (await client.get("/api/albums")).status_code == 200
        async with client.stream("GET", "/events/stream") as stream:
            assert stream.status_code == 200
            assert password(folders[1], line="another passphrase\n").returncode == 0
            key = json.loads((folders[1] / "run" / "gateway.json").read_text())["key"]
            headers = {"Authorization": f"Bearer {key}"}
            await client.post("/commands/create-album", json={"name": "Lake"}, headers=headers)
            assert "Lake" not in "".join([text async for text in stream.aiter_text()]), "it ends first"
        assert (await client.get("/api/albums")).status_code == 401, "signed out by the new password"


async def test_the_data_folder_is_for_its_owner_alone(
    started: list[Service], folders: tuple[Path, Path]
) -> None:
    """Also one that an earlier version made, which is said once."""
    data = folders[1]
    data.mkdir(mode=0o755)
    (data / "notes").touch()
    (data / "notes").chmod(0o644)
    service = up(started, folders)
    async with await served(service):
        assert "could read" in service.errors()
        modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in (data, *data.rglob("*"))}
        assert {path.name: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}
    service.stop()
    again = up(started, folders)
    async with await served(again):
        assert again.errors().count("could read") == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "Standard input is empty"),
        ("short\n", "at least 8 characters"),
        ("x" * 2000 + "\n", "at most 1024"),
    ],
)
def test_an_unusable_password_is_refused_in_words(folders: tuple[Path, Path], line: str, says: str) -> None:
    result = typed(folders[1], line=line)
    assert (result.returncode, says in result.stderr) == (2, True)
    assert not (folders[1] / "access.json").exists()


def test_the_password_is_removed(folders: tuple[Path, Path]) -> None:
    assert typed(folders[1], "--remove").stdout == "There is no password.\n"
    typed(folders[1])
    assert typed(folders[1], line="another passphrase").stdout.startswith("The password was changed.")
    assert typed(folders[1], "--remove").stdout == "The password was removed.\n"


def test_tokens_are_made_listed_and_revoked(folders: tuple[Path, Path]) -> None:
    data = folders[1]
    made = json.loads(command("token", "create", "backup", "--json", "--data", data).stdout)
    assert made["token"].startswith("albumen_")
    (row,) = json.loads(command("token", "--json", "--data", data).stdout)
    assert (row["name"], row["role"]) == ("backup", "viewer")
    assert command("token", "revoke", "nonsense", "--data", data).returncode == 2
    assert command("token", "create", "--data", data).returncode == 2
    assert command("token", "revoke", row["id"], "--data", data).stdout == "The token was revoked.\n"
    assert command("token", "--data", data).stdout == "There are no tokens.\n"


async def test_a_damaged_file_of_passwords_lets_nobody_start(
    started: list[Service], folders: tuple[Path, Path]
) -> None:
    folders[1].mkdir()
    (folders[1] / "access.json").write_bytes(b"\0" * 100)
    service = up(started, folders)
    await eventually(lambda: not service.running, "it stops")
    assert "nobody is let in" in service.errors()
    assert "Traceback" not in service.errors()


@pytest.mark.parametrize("mode", [0o1777, 0o755], ids=["everybody's", "somebody else's"])
def test_a_folder_that_is_not_ours_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mode: int
) -> None:
    from services.cli.preparation import close_to_others

    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    if mode == 0o755:
        monkeypatch.setattr(os, "geteuid", lambda: shared.stat().st_uid + 1)
    close_to_others(shared)
    assert stat.S_IMODE(shared.stat().st_mode) == mode
    assert "Choose another with --data" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8333/"),
        ("::", "http://[::1]:8333/"),
        ("192.168.1.5", "http://192.168.1.5:8333/"),
        ("fd00::5", "http://[fd00::5]:8333/"),
    ],
)
def test_the_address_to_open_on_this_machine(tmp_path: Path, host: str, url: str) -> None:
    assert addresses.here(Settings(data=tmp_path, previews=tmp_path, host=host)) == url


def test_the_first_visit_is_also_possible_where_only_the_port_is_passed_on(tmp_path: Path) -> None:
    """The address of a container in its network leads nowhere from most machines."""
    everywhere = Settings(data=tmp_path, previews=tmp_path, host="0.0.0.0")
    links = addresses.first_visit(everywhere, "abc")
    assert links[-1] == "http://127.0.0.1:8333/first-visit?code=abc"
    assert all(link in addresses.invitation(links) for link in links)
    one = Settings(data=tmp_path, previews=tmp_path, host="192.168.1.5")
    assert addresses.first_visit(one, "abc") == ["http://192.168.1.5:8333/first-visit?code=abc"]


def test_the_qr_code_is_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its modules are those of the link's code, with a quiet zone."""
    import segno

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    link = "http://192.168.1.5:8333/first-visit?code=abc"
    text = addresses.invitation([link, "http://127.0.0.1:8333/first-visit?code=abc"])
    assert link in text
    drawn = [
        line.removeprefix("\x1b[97;40m").removesuffix("\x1b[0m")
        for line in text.split("\n\n")[1].splitlines()
    ]
    halves = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}
    rows = [[halves[glyph][half] for glyph in line] for line in drawn for half in (0, 1)]
    matrix = segno.make(link, error="l", micro=False).matrix
    size = len(matrix)
    assert [row[2 : 2 + size] for row in rows[2 : 2 + size]] == [list(row) for row in matrix]
    assert not any(any(row) for row in (*rows[:2], *rows[2 + size :]))
    assert not any(any((*row[:2], *row[2 + size :])) for row in rows)
