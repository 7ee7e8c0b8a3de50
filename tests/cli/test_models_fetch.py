"""`albumen models fetch` from a local server: complete, truncated, wrong, missing, offline."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.cli import fetch as fetching
from services.cli.errors import Unsuccessful, Unusable
from services.cli.fetch import fetch
from services.inference.catalog import APPLICATIONS
from services.inference.installed import Installed, find, found
from services.kernel.settings import Settings

CONTENT = bytes(range(256)) * 4000
B0 = APPLICATIONS["efficientnet-b0"]


class Server(ThreadingHTTPServer):
    """Serves CONTENT in place of B0's weights, truncated for the first `cut` requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.cut, self.ranges, self.asked = CONTENT, 0, True, list[str | None]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(asked := self.headers["Range"])
        if self.path != f"/{B0.place}{B0.file}":
            self.send_error(404)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.ranges else 0
        if start >= len(self.server.content):
            self.send_error(416)
            return
        rest = self.server.content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if self.server.cut:
            self.server.cut -= 1
            rest = rest[:300_000]
        self.wfile.write(rest)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(fetching, "pinned", lambda one: hashlib.md5(CONTENT).hexdigest())
    return Settings(data=tmp_path, previews=tmp_path / "previews")


def there(settings: Settings) -> Installed:
    (one,) = found(settings.models)
    assert one == find(settings.models, "efficientnet-b0")
    assert one.path.read_bytes() == CONTENT
    assert one.digest == hashlib.sha256(CONTENT).hexdigest()
    assert [path.name for path in settings.models.iterdir()] == ["efficientnet-b0"]
    return one


@pytest.mark.parametrize("name", ["efficientnet-b0", "EfficientNetB0", "EfficientNet-B0"])
def test_fetched_once(settings: Settings, server: Server, name: str) -> None:
    assert "is installed" in fetch(settings, name, server=server.url)
    assert there(settings).architecture == "EfficientNetB0"
    assert "already" in fetch(settings, name, server=server.url)
    assert server.asked == [None]


def test_goes_on_where_the_connection_broke(settings: Settings, server: Server) -> None:
    server.cut = 2
    fetch(settings, "efficientnet-b0", server=server.url)
    there(settings)
    assert server.asked == [None, "bytes=300000-", "bytes=600000-"]


def test_the_next_call_goes_on_too(
    settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "ATTEMPTS", 0)
    server.cut = 1
    with pytest.raises(Unsuccessful, match="300,000 bytes"):
        fetch(settings, "efficientnet-b0", server=server.url)
    assert found(settings.models) == []
    fetch(settings, "efficientnet-b0", server=server.url)
    there(settings)
    assert server.asked == [None, "bytes=300000-"]


def test_a_server_without_ranges_begins_again(settings: Settings, server: Server) -> None:
    server.cut, server.ranges = 1, False
    fetch(settings, "efficientnet-b0", server=server.url)
    there(settings)


def test_all_had_come_but_the_end_of_the_connection(settings: Settings, server: Server) -> None:
    part = settings.models / ".efficientnet-b0.part"
    part.mkdir(parents=True)
    (part / f"{B0.file}.part").write_bytes(CONTENT)
    fetch(settings, "efficientnet-b0", server=server.url)
    there(settings)


def test_another_file_is_thrown_away(settings: Settings, server: Server) -> None:
    server.content = CONTENT[:-1] + b"!"
    with pytest.raises(Unsuccessful, match=r"not the file efficientnetb0\.h5"):
        fetch(settings, "efficientnet-b0", server=server.url)
    assert list(settings.models.iterdir()) == []
    server.content = CONTENT
    fetch(settings, "efficientnet-b0", server=server.url)
    there(settings)


def test_what_is_not_there(settings: Settings, server: Server) -> None:
    with pytest.raises(Unsuccessful, match="answered 404"):
        fetch(settings, "efficientnet-b1", server=server.url)
    assert found(settings.models) == []
    for name, says in (("resnet50", "Choose one of"), ("efficientnet-lite0", "is built in")):
        with pytest.raises(Unusable, match=says):
            fetch(settings, name, server=server.url)


def test_without_a_network(settings: Settings, server: Server) -> None:
    url = server.url
    server.server_close()
    with pytest.raises(Unsuccessful, match=r"can't be reached.*--from FILE"):
        fetch(settings, "efficientnet-b0", server=url)
    assert found(settings.models) == []


def test_from_a_file(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "downloaded.h5"
    file.write_bytes(CONTENT)
    fetch(settings, "efficientnet-b0", file)
    there(settings)


def test_from_a_wrong_file(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "downloaded.h5"
    file.write_bytes(b"something else")
    with pytest.raises(Unsuccessful, match="not the file"):
        fetch(settings, "efficientnet-b0", file)
    with pytest.raises(Unusable, match="is not a file"):
        fetch(settings, "efficientnet-b0", tmp_path)
    assert found(settings.models) == []


def test_nothing_else_knows_the_address() -> None:
    services = Path(__file__).parents[2] / "services"
    assert [p.name for p in services.rglob("*.py") if "googleapis" in p.read_text()] == ["fetch.py"]
    users = [p.name for p in services.rglob("*.py") if "cli.fetch import" in p.read_text()]
    assert sorted(users) == ["fetch_words.py", "models.py"]
