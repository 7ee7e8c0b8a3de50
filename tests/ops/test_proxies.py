"""The proxies of docs/how-to/network.md, with the very configurations that it shows, as Debian packages them."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.support.album import Service, command_line
from tests.support.certificates import self_signed
from tests.support.ports import free_port
from tests.support.waiting import PATIENCE_S, eventually

ROOT: Final = Path(__file__).resolve().parents[2]
GUIDE: Final = (ROOT / "docs/how-to/network.md").read_text("utf-8")
PASSWORD: Final = "correct horse battery"
NGINX: Final = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CADDY: Final = shutil.which("caddy")


def block(language: str) -> str:
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return str(text)


class Proxied:
    """An album on loopback, reached only under the name of the proxy's site."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.data = folder / "data"
        (folder / "photos").mkdir()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.album = Service(
            *("up", folder / "photos", "--data", self.data, "--port", "0", "--no-browser", "--no-classify"),
            log=folder / "up.log",
            ALBUMEN_ALLOWED_HOSTS="album.example",
        )

    async def listening(self) -> str:
        """The address behind the proxy."""
        await eventually(lambda: self.album.url is not None or not self.album.running, "it listens")
        return (self.album.url or "").removeprefix("http://").rstrip("/")

    def start(self, *arguments: str | Path) -> None:
        env = {**os.environ, "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        with (self.folder / "proxy.log").open("wb") as log:
            self.processes.append(
                subprocess.Popen(list(map(str, arguments)), env=env, stdout=subprocess.DEVNULL, stderr=log)
            )

    async def works(self) -> None:
        """No password, nothing; with one, a session whose cookie is secure, counted for the right client."""
        headers = {"Host": f"album.example:{self.port}"}
        extensions = {"sni_hostname": "album.example"}
        async with httpx.AsyncClient(
            timeout=PATIENCE_S,
            base_url=f"https://127.0.0.1:{self.port}",
            verify=False,
            trust_env=False,
            headers=headers,
        ) as client:

            async def reached() -> bool:
                try:
                    return (await client.get("/healthz", extensions=extensions)).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(reached, "the proxy answers")
            answer = await client.get("/api/albums", extensions=extensions)
            assert (answer.status_code, "albumen password" in answer.text) == (403, True)
            set_up = await asyncio.to_thread(
                command_line, "password", "--data", self.data, input=f"{PASSWORD}\n"
            )
            assert set_up.returncode == 0
            assert (await client.get("/api/albums", extensions=extensions)).status_code == 401
            origin = {"Origin": f"https://album.example:{self.port}"}
            answer = await client.post(
                "/sign-in", data={"password": PASSWORD}, headers=origin, extensions=extensions
            )
            assert answer.status_code == 303, answer.text
            assert "Secure" in answer.headers["Set-Cookie"]
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
            answer = await client.get("/api/albums", headers={"Cookie": cookie}, extensions=extensions)
            assert answer.status_code == 200

    def close(self) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(PATIENCE_S)
        self.album.stop()


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Proxied]:
    own = Proxied(tmp_path)
    yield own
    own.close()


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: apt install nginx)")
async def test_nginx(proxied: Proxied) -> None:
    folder = proxied.folder
    self_signed(folder / "certificate.pem", folder / "key.pem", "album.example")
    server = (
        block("nginx")
        .replace("443", f"127.0.0.1:{proxied.port}")
        .replace("/etc/ssl/album.example.pem", str(folder / "certificate.pem"))
        .replace("/etc/ssl/album.example.key", str(folder / "key.pem"))
        .replace("127.0.0.1:8333", await proxied.listening())
    )
    places = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} "
        f"http {{ access_log off; {places} {server} }}"
    )
    proxied.start(NGINX or "", "-c", config, "-p", folder, "-e", folder / "error.log")
    await proxied.works()


@pytest.mark.skipif(CADDY is None, reason="Caddy is not installed (Debian: apt install caddy)")
async def test_caddy(proxied: Proxied) -> None:
    site = (
        block("caddy")
        .replace("album.example {", f"https://album.example:{proxied.port} {{\n\ttls internal")
        .replace("127.0.0.1:8333", await proxied.listening())
    )
    config = proxied.folder / "Caddyfile"
    config.write_text(f"{{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}}\n{site}")
    proxied.start(CADDY or "", "run", "--config", config, "--adapter", "caddyfile")
    await proxied.works()
