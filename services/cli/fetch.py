"""`albumen models fetch`: a network's weights, from where Keras publishes them or from a file.

The only part of Albumen that connects to another machine, and only on request. A partial download is kept when the
connection breaks, and the next attempt resumes it; a file whose digest is not the one pinned by Keras is discarded.
"""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
from rich.progress import DownloadColumn, Progress, TransferSpeedColumn

from services.cli.errors import Unsuccessful, Unusable
from services.cli.output import progress
from services.inference.catalog import APPLICATIONS, Application, pinned
from services.inference.installed import MANIFEST, digest
from services.inference.registry import EMBEDDED
from services.inference.staging import complete, install, staging
from services.kernel.settings import Settings

SERVER: Final = "https://storage.googleapis.com/"
ATTEMPTS: Final = 3
"""Consecutive failures without progress."""
TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)

Advance = Callable[[int, int | None], None]
"""Called with the bytes received so far, and the total if known."""


def fetch(settings: Settings, name: str, source: Path | None = None, server: str = SERVER) -> str:
    """What was done, as a sentence. Raises Unusable and Unsuccessful, having installed nothing."""
    one = _named(name)
    if (settings.models / one.model_id / MANIFEST).exists():
        return f"{one.name} is installed already."
    try:
        return _from_file(settings, one, source) if source else _from_server(settings, one, server)
    except OSError as error:
        raise Unsuccessful(f"{settings.models} can't be written to ({error.strerror or error}).") from error


def _named(name: str) -> Application:
    wanted = name.casefold()
    if wanted in EMBEDDED:
        raise Unusable(f"{EMBEDDED[wanted].name} is built in: there is nothing to fetch.")
    for one in APPLICATIONS.values():
        if wanted in (one.model_id, one.architecture.casefold(), one.name.casefold()):
            return one
    raise Unusable(
        f"There is no “{name}” to fetch. Choose one of: {', '.join(APPLICATIONS)}; or say with --from in which folder, "
        "or at which URL, a words model is."
    )


def _from_file(settings: Settings, one: Application, source: Path) -> str:
    if not source.is_file():
        raise Unusable(f"{source} is not a file.")
    _check(one, source, str(source))

    install(settings.models, one.model_id, source, lambda copy: one.manifest(digest(copy)), one.file)
    return f"{one.name} is installed."


def _from_server(settings: Settings, one: Application, server: str) -> str:
    part = staging(settings.models, one.model_id)
    part.mkdir(parents=True, exist_ok=True)
    growing = part / f"{one.file}.part"
    url = f"{server}{one.place}{one.file}"
    with progress(*Progress.get_default_columns(), DownloadColumn(), TransferSpeedColumn()) as bars:
        bar = bars.add_task(one.name, total=None)
        download(url, growing, lambda done, total: bars.update(bar, completed=done, total=total))
    try:
        _check(one, growing, "What the server sent")
    except Unsuccessful:
        shutil.rmtree(part)
        raise
    growing.rename(part / one.file)
    complete(settings.models, one.manifest(digest(part / one.file)))
    return f"{one.name} is installed."


def _check(one: Application, file: Path, what: str) -> None:
    """Raises Unsuccessful unless it has the digest pinned by Keras."""
    expected = pinned(one)
    algorithm = "md5" if len(expected) == 32 else "sha256"
    with file.open("rb") as content:
        got = hashlib.file_digest(content, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
    if got != expected:
        raise Unsuccessful(
            f"{what} is not the file {one.file} that Keras publishes ({algorithm.upper()} {got[:16]}…, expected "
            f"{expected[:16]}…). It was not installed."
        )


def download(url: str, growing: Path, advance: Advance, instead: str = "FILE") -> None:
    """Raises Unsuccessful; what was received stays in `growing`. `instead`: what can be given without a network."""
    failures = 0
    while True:
        before = growing.stat().st_size if growing.exists() else 0
        try:
            _get(url, growing, before, advance)
            return
        except httpx.ConnectError as error:
            raise Unsuccessful(
                f"{httpx.URL(url).host} can't be reached ({error}). Without a network, download the file elsewhere: "
                f"{url}, then albumen models fetch NAME --from {instead}."
            ) from error
        except httpx.TransportError as error:
            now = growing.stat().st_size if growing.exists() else 0
            failures = 0 if now > before else failures + 1
            if failures >= ATTEMPTS:
                raise Unsuccessful(
                    f"The connection broke after {now:,} bytes ({error}). Run the command again to continue from there."
                ) from error


def _get(url: str, growing: Path, have: int, advance: Advance) -> None:
    """Get the rest of the file. Raises httpx.TransportError when the connection breaks, Unsuccessful when refused."""
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT) as answer:
        if answer.status_code == 416:  # nothing beyond what we have: it is complete, or another file
            return
        if answer.status_code not in (200, 206):
            raise Unsuccessful(f"The server answered {answer.status_code} for {url}. Nothing was fetched.")
        content_range = answer.headers.get("Content-Range", "")
        resumes = answer.status_code == 206 and content_range.startswith(f"bytes {have}-")
        done = have if resumes else 0
        length = answer.headers.get("Content-Length", "")
        total = done + int(length) if length.isdigit() else None
        with growing.open("ab" if resumes else "wb") as file:
            for chunk in answer.iter_raw():
                file.write(chunk)
                done += len(chunk)
                advance(done, total)
