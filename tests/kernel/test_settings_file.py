"""`albumen.toml`: every setting but the folder that it lies in, and clear words about what it can't mean."""

import os
from pathlib import Path

import msgspec
import pytest

from services.kernel.settings import Settings, from_environment, to_environment

WHOLE = """
previews = "small"
photos = ["~/Pictures", "/mnt/photos"]
broker = "amqp://albumen@nas/"
broker_password_file = "secret"
host = "0.0.0.0"
port = 80
allowed_hosts = ["nas", "nas.local"]
trusted_network = true
tls = true
tls_certificate = "/etc/certificate.pem"
tls_key = "/etc/key.pem"
workers = 3
batch = 8
model = "efficientnet-lite2"
detect = false
warm_up = false
large_mb = 100
rescan = 0
backups = "/media/usb"
webhook = "http://nas:81/x"
webhook_events = ["album_created", "album_renamed"]
webhook_secret_file = "hook"
traces = "http://nas:4318"
gateway = "https://nas:8333"
gateway_token_file = "token"
heartbeat = "beat"
log = "json"
log_level = "debug"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "albumen.toml").write_text(text)
    return folder


def test_every_setting_can_stand_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each differs from its default, so that none is only tolerated."""
    monkeypatch.setenv("HOME", "/home/me")
    found = from_environment({}, written(tmp_path, WHOLE))
    plain = Settings(data=tmp_path, previews=tmp_path / "previews")
    assert found == Settings(
        data=tmp_path,
        previews=tmp_path / "small",
        photos=(Path("/home/me/Pictures"), Path("/mnt/photos")),
        broker="amqp://albumen@nas/",
        broker_password=tmp_path / "secret",
        host="0.0.0.0",
        port=80,
        allowed_hosts=("nas", "nas.local"),
        trusted_network=True,
        tls=True,
        tls_certificate=Path("/etc/certificate.pem"),
        tls_key=Path("/etc/key.pem"),
        workers=3,
        batch=8,
        model="efficientnet-lite2",
        detect=False,
        warm_up=False,
        large_mb=100,
        rescan=0,
        second_backups=Path("/media/usb"),
        webhook="http://nas:81/x",
        webhook_events=("album_created", "album_renamed"),
        webhook_secret=tmp_path / "hook",
        traces="http://nas:4318",
        gateway="https://nas:8333",
        gateway_token=tmp_path / "token",
        heartbeat=tmp_path / "beat",
        log_format="json",
        log_level="debug",
    )
    same = [f for f in Settings.__struct_fields__ if getattr(found, f) == getattr(plain, f)]
    assert same == ["data"]


def test_the_environment_counts_before_the_file(tmp_path: Path) -> None:
    folder = written(tmp_path, "port = 80\nrescan = 5")
    assert from_environment({"ALBUMEN_PORT": "81"}, folder).port == 81
    assert from_environment({"ALBUMEN_PORT": ""}, folder).port == 8333
    assert from_environment({"ALBUMEN_DATA": str(folder)}).rescan == 5


def test_a_service_that_is_started_has_what_the_command_line_says(tmp_path: Path) -> None:
    """`up` takes the broker away; the file that names one is read by its children, too."""
    settings = from_environment({}, written(tmp_path, 'broker = "amqp://nas/"\nheartbeat = "beat"'))
    own = msgspec.structs.replace(settings, broker=None, heartbeat=None)
    assert from_environment(to_environment(own)) == own


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prot = 80", "there is no setting “prot”. Did you mean port?"),
        ("data = '/elsewhere'", "there is no setting “data”"),
        ("zzz = 1", "There are allowed_hosts, backups, batch,"),
        ("[server]\nport = 80", "there is no setting “server”"),
        ("port = '80'", "port must be a whole number, not '80'"),
        ("port = true", "port must be a whole number, not True"),
        ("tls = 1", "tls must be true or false, not 1"),
        ("photos = '/a'", "photos must be a list of texts"),
        ("photos = [1]", "photos must be a list of texts"),
        (f"photos = ['/a{os.pathsep}b']", f"photos must be without “{os.pathsep}” in it"),
        ("host = 5", "host must be a text, not 5"),
        ("log = 'xml'", "ALBUMEN_LOG must be one of console, json, not 'xml'"),
        ("port = ", "is no TOML"),
    ],
)
def test_what_can_not_be_meant_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ValueError) as error:
        from_environment({}, written(tmp_path, text))
    assert says in str(error.value)
    assert "ALBUMEN_LOG" in says or str(tmp_path / "albumen.toml") in str(error.value)


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "albumen.toml").mkdir()
    with pytest.raises(ValueError, match=r"albumen\.toml can't be read \(Is a directory\)"):
        from_environment({}, tmp_path)
    (tmp_path / "albumen.toml").rmdir()
    (tmp_path / "albumen.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="is no TOML"):
        from_environment({}, tmp_path)
