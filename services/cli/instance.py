"""One gateway per data folder: the lock that ensures it, and the URL of the running one."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec

from services.cli.errors import Unsuccessful, Unusable
from services.gateway.access import private
from services.kernel.settings import Settings


def _lock(settings: Settings) -> Path:
    return settings.run / "gateway.lock"


def _address(settings: Settings) -> Path:
    return settings.run / "gateway.json"


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Lock the data folder; a crash unlocks it. Raises Unsuccessful if another process has it, or Unusable."""
    try:
        settings.run.mkdir(parents=True, exist_ok=True)
        file = _lock(settings).open("a")
    except OSError as error:
        raise Unusable(
            f"{settings.data} can't be written to ({error.strerror}). Choose another --data."
        ) from error
    with file, ExitStack() as held:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held.enter_context(_locked(settings.data))
        except BlockingIOError:
            address = running(settings)
            where = f" at {address.url}" if address else ""
            raise Unsuccessful(f"Albumen is already running on {settings.data}{where}.") from None
        try:
            yield
        finally:
            with suppress(
                OSError
            ):  # a disk that has become read-only; without the lock the file says nothing
                _address(settings).unlink()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder itself, in case somebody deletes what is in `run` meanwhile. Raises BlockingIOError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:  # NFS locks no folders
            pass
        yield
    finally:
        os.close(descriptor)


class Address(msgspec.Struct):
    """Where the gateway is, and how this user's programs get in."""

    url: str
    pid: int = 0
    key: str = ""
    """Presented as a bearer token; lets in as owner while the gateway runs."""
    certificate: str | None = None
    """Under TLS: the certificate to trust, PEM."""


@contextmanager
def all_stopped(settings: Settings) -> Iterator[None]:
    """Like `only_one`; also Unsuccessful while a projector of its own (`albumen projector`) has the data open."""
    with only_one(settings), (settings.run / "projector.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unsuccessful(f"A projector is still running on {settings.data}: stop it first.") from None
        yield


def announce(settings: Settings, address: Address) -> None:
    """Only this user can read it. Raises OSError."""
    private.write(_address(settings), msgspec.json.encode(address))


def running(settings: Settings) -> Address | None:
    """The gateway that holds the data folder; None if there is none, or it is still starting."""
    try:
        with _lock(settings).open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None  # nobody held it
    except BlockingIOError:
        pass
    except OSError:
        return None
    try:
        return msgspec.json.decode(_address(settings).read_bytes(), type=Address)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
