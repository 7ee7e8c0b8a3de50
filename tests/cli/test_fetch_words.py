"""`albumen models fetch NAME --from`: words models from folders and from a local server."""

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from services.cli import fetch as fetching
from services.cli.errors import Unsuccessful, Unusable
from services.cli.fetch_words import fetch_words, is_words
from services.inference.installed import found
from services.kernel.settings import Settings
from tests.support import words
from tests.support.album import command_line

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings(
        "ignore:__array__ implementation:DeprecationWarning"
    ),  # Keras 3.15 with NumPy 2.4
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return words.published(tmp_path_factory.mktemp("words") / "colours")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews")


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, published: Path) -> Iterator[str]:
    """Its URL. It serves a copy of the folder, `served`."""
    shutil.copytree(published, tmp_path / "served")
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(tmp_path / "served"))
    ) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def pin(folder: Path) -> str:
    return hashlib.sha256((folder / "words.json").read_bytes()).hexdigest()


def test_from_a_folder(tmp_path: Path, published: Path) -> None:
    """Only what its description names is taken, and a second model of the same name is refused."""
    shutil.copytree(published, tmp_path / "source")
    (tmp_path / "source" / "notes.txt").write_text("no part of it")
    arguments = ("models", "fetch", "My Colours", "--from", tmp_path / "source", "--data", tmp_path / "data")
    ran = command_line(*arguments)
    assert ran.returncode == 0, ran.stderr
    assert "Colours is installed as my-colours." in ran.stdout
    (one,) = found(tmp_path / "data" / "models")
    assert (one.kind, one.task, one.input_size) == ("words", "words", words.SIDE)
    assert sorted(file.name for file in one.path.iterdir()) == [
        "image.keras",
        "merges.txt",
        "text.keras",
        "words.json",
    ]
    again = command_line(*arguments)
    assert again.returncode == 2
    assert "There is a model called my-colours already" in again.stderr


def test_from_a_server(settings: Settings, server: str, published: Path) -> None:
    assert "installed" in fetch_words(settings, "colours", f"{server}/words.json", pin(published).upper())
    (one,) = found(settings.models)
    assert one.digest == found(settings.models)[0].digest
    assert [path.name for path in settings.models.iterdir()] == ["colours"]


def test_a_download_is_pinned(settings: Settings, server: str, published: Path, tmp_path: Path) -> None:
    """Without the digest of its description, with another one, or with a file that its description doesn't pin, nothing
    is left."""
    with pytest.raises(Unusable, match="--sha256"):
        fetch_words(settings, "colours", server, None)
    with pytest.raises(Unusable, match="64 digits"):
        fetch_words(settings, "colours", server, "abc")
    with pytest.raises(Unsuccessful, match=r"words\.json is another one than you asked for"):
        fetch_words(settings, "colours", server, "0" * 64)
    (tmp_path / "served" / "merges.txt").write_text("a b\n")
    with pytest.raises(Unsuccessful, match=r"merges\.txt is not the one that words\.json pins"):
        fetch_words(settings, "colours", server, pin(published))
    assert list(settings.models.iterdir()) == []


def test_a_broken_download_goes_on(
    settings: Settings, server: str, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has arrived is not fetched again."""
    (tmp_path / "served" / "text.keras").rename(tmp_path / "text.keras")
    with pytest.raises(Unsuccessful, match="404"):
        fetch_words(settings, "colours", server, pin(published))
    assert found(settings.models) == []
    (tmp_path / "text.keras").rename(tmp_path / "served" / "text.keras")
    asked: list[str] = []

    def download(url: str, *rest: Any) -> None:
        asked.append(url.rpartition("/")[2])
        fetched(url, *rest)

    fetched = fetching.download
    monkeypatch.setattr("services.cli.fetch_words.download", download)
    fetch_words(settings, "colours", server, pin(published))
    assert asked == ["words.json", "text.keras"]


def test_what_is_refused(settings: Settings, tmp_path: Path, published: Path) -> None:
    for name in ("rules", "efficientnet-lite0", "../up", ""):
        with pytest.raises(Unusable, match="can't be the name"):
            fetch_words(settings, name, str(published), None)
    (tmp_path / "empty").mkdir()
    with pytest.raises(Unsuccessful, match=r"words\.json can't be read"):
        fetch_words(settings, "colours", str(tmp_path / "empty"), None)
    with pytest.raises(Unsuccessful, match=r"words\.json is another one"):
        fetch_words(settings, "colours", str(published), "0" * 64)
    copy = tmp_path / "copy"
    shutil.copytree(published, copy)
    fields = json.loads((copy / "words.json").read_text("utf-8")) | {"dimensions": 12}
    (copy / "words.json").write_text(json.dumps(fields), "utf-8")
    with pytest.raises(Unsuccessful, match=r"colours was not installed\. Its vectors have"):
        fetch_words(settings, "colours", str(copy), None)
    assert not is_words(str(published / "text.keras"))
    assert found(settings.models) == []


def test_a_network_of_keras_needs_no_digest(tmp_path: Path) -> None:
    ran = command_line("models", "fetch", "efficientnet-b0", "--sha256", "0" * 64, "--data", tmp_path)
    assert ran.returncode == 2
    assert "for words models" in ran.stderr
