"""https: with a certificate that Albumen makes, or one of the person's own."""

import hashlib
import shutil
import ssl
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.cli import tls
from services.cli.errors import Unusable
from services.kernel.settings import Settings
from tests.support.album import Service, command_line
from tests.support.certificates import self_signed
from tests.support.waiting import PATIENCE_S, eventually

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes certificates with openssl")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews", tls=True)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Service]]:
    services: list[Service] = []
    yield services
    for one in services:
        one.stop()


def made(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate of the person's own, and its key."""
    folder.mkdir(parents=True, exist_ok=True)
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    self_signed(certificate, key, name)
    return certificate, key


def test_a_certificate_is_made_once_and_kept(settings: Settings) -> None:
    first = tls.certificate_of(settings)
    assert first is not None
    again = tls.certificate_of(settings)
    assert again is not None
    assert again.fingerprint == first.fingerprint
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600
    der = ssl.PEM_cert_to_DER_cert(first.certificate.read_text())
    assert first.fingerprint.replace(":", "").lower() == hashlib.sha256(der).hexdigest()


def test_one_that_is_about_to_expire_is_replaced(settings: Settings) -> None:
    first = tls.certificate_of(settings)
    assert first is not None
    certificate, key = made(settings.data, "short")
    certificate.replace(first.certificate)
    key.replace(first.key)
    renewed = tls.certificate_of(settings)
    assert renewed is not None
    assert not subprocess.run(
        ["openssl", "x509", "-in", str(renewed.certificate), "-noout", "-checkend", str(tls.RENEW_S)],
        check=False,
        capture_output=True,
    ).returncode


@pytest.mark.parametrize("fault", ["missing", "no certificate", "another key", "a folder"])
def test_a_certificate_that_can_not_be_used_is_refused_in_words(tmp_path: Path, fault: str) -> None:
    certificate, key = made(tmp_path, "own")
    if fault == "missing":
        certificate.unlink()
    elif fault == "no certificate":
        certificate.write_text("hello")
    elif fault == "another key":
        key = made(tmp_path, "other")[1]
    else:
        certificate = tmp_path
    with pytest.raises(Unusable, match="can’t be used"):
        tls.certificate_of(
            Settings(data=tmp_path, previews=tmp_path, tls_certificate=certificate, tls_key=key)
        )


def test_without_openssl_it_says_what_to_do(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Unusable, match="--tls-certificate FILE"):
        tls.certificate_of(settings)


async def test_the_album_is_served_over_https_alone_and_knows_its_own_programs(
    started: list[Service], tmp_path: Path
) -> None:
    photos, data = tmp_path / "photos", tmp_path / "data"
    photos.mkdir()
    assert command_line("password", "--data", data, input=f"{PASSWORD}\n").returncode == 0
    service = Service(
        *("up", photos, "--data", data, "--port", "0", "--no-browser", "--no-classify", "--tls"),
        log=tmp_path / "up.log",
    )
    started.append(service)
    await eventually(lambda: service.url is not None or not service.running, "it listens")
    url = service.url or ""
    assert url.startswith("https://127.0.0.1:"), service.errors()
    pem = (data / "tls" / "certificate.pem").read_text()
    (line,) = [one for one in service.printed().splitlines() if "fingerprint" in one]
    assert line.endswith(hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest().hex(":").upper())
    async with httpx.AsyncClient(
        base_url=url, verify=tls.pinned(pem), trust_env=False, timeout=PATIENCE_S
    ) as client:
        answer = await client.post("/sign-in", data={"password": PASSWORD})
        assert "Secure" in answer.headers["Set-Cookie"].split("; ")
        assert (await client.get("/api/albums")).status_code == 200
    other, _key = made(tmp_path, "other")
    async with httpx.AsyncClient(
        base_url=url, verify=tls.pinned(other.read_text()), trust_env=False, timeout=PATIENCE_S
    ) as client:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get("/healthz")
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        with pytest.raises(httpx.TransportError):
            await client.get(url.replace("https", "http"))
    albums = command_line("albums", "--data", data)
    assert albums.returncode == 0, albums.stderr
