"""The commands that the documents show: as a person types them, one after the other, in a home folder of their own."""

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from services.cli import instance
from services.cli.client import connected
from services.kernel.settings import Settings
from tests.support import digikam, photos
from tests.support.album import ENDED, Service, environment
from tests.support.certificates import self_signed
from tests.support.documents import blocks
from tests.support.ports import free_port
from tests.support.waiting import PATIENCE_S, eventually

PASSWORD: Final = "correct horse battery"
STOPPED: Final = ("restore", "forget")
"""Commands that need a stopped Albumen, as their pages say."""
ALONE: Final = ("backup", "doctor", "migrate", "replay", "token", "password", *STOPPED)
"""Commands that need none that runs."""
UP: Final = "./albumen up ~/Pictures"
PHOTOS: Final = 3


def typed(page: Path) -> list[str]:
    """Each line of a page's `sh` blocks, without its comment."""
    lines = (line for block in blocks(page) if block.language == "sh" for line in block.text.splitlines())
    return [bare for line in lines if (bare := re.sub(r"(^|\s+)#.*$", "", line).strip())]


def words(line: str) -> tuple[dict[str, str], list[str]]:
    """The variables that are set before a command, and the command."""
    variables: dict[str, str] = {}
    rest = shlex.split(line)
    while rest and re.match(r"[A-Z_]+=", rest[0]):
        key, _, variables[key] = rest.pop(0).partition("=")
    return variables, rest


def of_albumen(line: str) -> list[str] | None:
    """What follows `albumen` in a line; None for another program."""
    _, command = words(line)
    return command[1:] if command and command[0] in ("./albumen", "albumen") else None


class Home:
    """A person's: photos in `Pictures`, a disk at `/media/usb`, the program as `./albumen` and `albumen`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.data = folder / "data"
        self.variables = {
            "HOME": str(folder),
            "PWD": str(folder),
            "ALBUMEN_DATA": str(self.data),
            "ALBUMEN_PORT": str(self.port),
            "ALBUMEN_WORKERS": "1",
            "ALBUMEN_WARM_UP": "0",
        }
        self.album: Service | None = None
        self._since_us = 0
        self._command: tuple[dict[str, str], list[str]] = ({}, [])

    def furnish(self) -> None:
        self.folder.mkdir()
        for number in range(1, PHOTOS + 1):
            taken = photos.exif(f"2019:07:1{number} 12:00:00")
            photos.write(self.folder / f"Pictures/2019/IMG_{number:04}.jpg", number, exif=taken)
        (self.folder / "usb").mkdir()
        digikam.database(self.folder / "Pictures/digikam4.db")
        self_signed(self.folder / "fullchain.pem", self.folder / "privkey.pem")
        (self.folder / ".curlrc").write_text("fail\n")
        program = self.folder / "albumen"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m services.cli "$@"\n')
        program.chmod(0o755)

    async def types(self, line: str, page: str) -> None:
        """Carry out a line of a page until it has ended; `up`, until all photos are scanned and classified. Raises
        AssertionError if it fails."""
        line = line.replace("/media/usb", str(self.folder / "usb")).replace(
            "127.0.0.1:8333", f"127.0.0.1:{self.port}"
        )
        command = of_albumen(line)
        if command and command[0] == "up":
            await self._starts(line, command)
            return
        if command and command[0] in STOPPED:
            self.stop()
        elif self.album is None and (not command or command[0] not in ALONE):
            await self._starts(UP, of_albumen(UP) or [])
        ran = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-ec", line],
            input=f"{PASSWORD}\n",
            env={**environment(**self.variables), "PATH": f"{self.folder}:/usr/bin:/bin"},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        assert ran.returncode == 0, f"{page}: {line}\n{ran.stdout}{ran.stderr}"
        assert ran.stdout + ran.stderr != "" or command is None, f"{page}: {line} says nothing"

    async def _starts(self, line: str, command: list[str]) -> None:
        own, _ = words(line)
        if self.album is not None and self._command == (own, command) and self.album.running:
            return
        self.stop()
        arguments = [one.replace("~", str(self.folder), 1) if one.startswith("~") else one for one in command]
        self._command, self._since_us = (own, command), time.time_ns() // 1000
        self.album = Service(*arguments, log=self.folder.with_name("up.log"), **{**self.variables, **own})
        await eventually(self._at_rest, f"{line} shows the photos")

    async def _at_rest(self) -> bool:
        assert self.album is not None
        assert self.album.running, self.album.errors()
        if self.album.url is None or (address := instance.running(self._settings)) is None:
            return False
        async with connected(address) as client:
            jobs = (await client.get("/api/jobs")).json()
            models = (await client.get("/api/models")).json()
            shown = (await client.get("/api/images")).json()["items"]
        scanned = any(job["type"] == "scan_library" and job["started_us"] >= self._since_us for job in jobs)
        over = all(job["status"] in ENDED for job in jobs)
        classified = any(model["active"] and model["classified"] == PHOTOS for model in models)
        return scanned and over and classified and len(shown) == PHOTOS

    @property
    def _settings(self) -> Settings:
        return Settings(data=self.data, previews=self.data / "previews")

    def stop(self) -> None:
        album, self.album = self.album, None
        assert album is None or album.stop() == 0

    def moves(self, old: str, new: str) -> None:
        """The folder with the photos gets another name."""
        self.stop()
        shutil.move(self.folder / old, self.folder / new)
