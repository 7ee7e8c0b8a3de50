"""Backups: where they are, when they were made and checked; making one, and how to restore one."""

import asyncio
import shlex
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import File, Template
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from services.gateway.i18n.language import _
from services.gateway.i18n.speech import spoken
from services.gateway.running.backups import BackupPlace, Backups
from services.gateway.web.answer import Req, page
from services.kernel.backup.manifest import Backup
from services.kernel.settings import Settings

_PATIENCE_S: Final = 10.0
"""How long a form waits for its backup; after that the page says that it is being made."""


class BackupRow(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    time_us: int
    """When it was made: microseconds since 1970."""
    verified_us: int | None
    """When it was read back and checked; null: its manifest is missing."""
    position: int | None
    """Of its last event in the log."""
    size: int
    """Bytes."""
    whole: bool
    """It still has the size that it was made with."""
    previews: bool


class BackupFolder(msgspec.Struct, frozen=True, kw_only=True):
    folder: str
    second: bool
    same_disk: bool
    """A second place that is lost together with the data folder."""
    failure: str | None
    """Why the last attempt failed here."""
    backups: list[BackupRow]
    """Newest first."""


class BackupList(msgspec.Struct, frozen=True, kw_only=True):
    making: bool
    places: list[BackupFolder]


@get("/api/backups", summary="Backups of the log")
async def list_backups(backups: NamedDependency[SkipValidation[Backups]]) -> BackupList:
    return await _listed(backups)


@post("/api/backups", summary="Back up now", status_code=HTTP_200_OK)
async def back_up(backups: NamedDependency[SkipValidation[Backups]]) -> BackupList:
    """Answers once it is made and checked; `failure` says where that did not work."""
    await backups.now()
    return await _listed(backups)


@get("/backups", include_in_schema=False)
async def backups_page(
    request: Req, backups: NamedDependency[SkipValidation[Backups]], settings: NamedDependency[Settings]
) -> Template:
    listed = await _listed(backups)
    return page(
        request,
        "pages/backups.html",
        nav="settings",
        title=_("Backups"),
        places=listed.places,
        making=listed.making,
        second=settings.second_backups is not None,
        command=shlex.join(
            ["./albumen", "up", *map(str, settings.photos), "--backups", "/media/usb/albumen"]
        ),
    )


@post("/backups", include_in_schema=False)
async def back_up_now(backups: NamedDependency[SkipValidation[Backups]]) -> Response[None]:
    await asyncio.wait({asyncio.create_task(backups.now(), name="backup on demand")}, timeout=_PATIENCE_S)
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": "/backups"})


@get("/backups/{name:str}", include_in_schema=False)
async def restore_page(
    request: Req,
    backups: NamedDependency[SkipValidation[Backups]],
    settings: NamedDependency[Settings],
    name: FromPath[str],
) -> Template:
    backup = await _found(backups, name)
    data = shlex.quote(str(settings.data))
    return page(
        request,
        "pages/restore.html",
        nav="settings",
        title=_("Restore"),
        backup=_row(backup),
        command=f"./albumen restore {shlex.quote(str(backup.path))} --data {data}",
        up=shlex.join(["./albumen", "up", *map(str, settings.photos)]) + f" --data {data}",
    )


@get("/backups/{name:str}/download", include_in_schema=False)
async def download_backup(backups: NamedDependency[SkipValidation[Backups]], name: FromPath[str]) -> File:
    """The log of a backup, a SQLite database. Its manifest is not needed to restore it."""
    backup = await _found(backups, name)
    return File(
        backup.path,
        filename=backup.path.name,
        media_type="application/vnd.sqlite3",
        content_disposition_type="attachment",
    )


async def _found(backups: Backups, name: str) -> Backup:
    """Raises NotFoundException."""
    backup = await backups.find(name)
    if backup is None:
        raise NotFoundException(_("There is no such backup. It may have been replaced by newer ones."))
    return backup


async def _listed(backups: Backups) -> BackupList:
    return BackupList(making=backups.making, places=[_folder(place) for place in await backups.places()])


def _folder(place: BackupPlace) -> BackupFolder:
    return BackupFolder(
        folder=str(place.folder),
        second=place.second,
        same_disk=place.same_disk,
        failure=spoken(place.failure) if place.failure else None,
        backups=[_row(one) for one in place.backups],
    )


def _row(one: Backup) -> BackupRow:
    manifest = one.manifest
    return BackupRow(
        name=one.name,
        time_us=int(one.time.timestamp() * 1e6),
        verified_us=manifest.verified_us if manifest else None,
        position=manifest.position if manifest else None,
        size=one.size,
        whole=one.whole,
        previews=bool(manifest and manifest.previews),
    )


ROUTES: Final[list[Any]] = [
    list_backups,
    back_up,
    backups_page,
    back_up_now,
    restore_page,
    download_backup,
]
