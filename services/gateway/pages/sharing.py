"""The share links of an album: made and revoked by its owner."""

import asyncio
import time
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from services.domain.albums.sharing import AlbumShared, ShareAlbum, UnshareAlbum
from services.domain.subject import Command, NotFound, Refused
from services.gateway.access import links, password
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import secret_hash
from services.gateway.i18n.language import _
from services.gateway.i18n.speech import explanation
from services.gateway.pages.signing_in import NO_STORE, redirect
from services.gateway.queries.albums import album
from services.gateway.queries.sharing import share_links
from services.gateway.tables.pool import CATCH_UP_S, Views
from services.gateway.web.answer import Req, page, unprocessable
from services.gateway.web.forms import form_of
from services.gateway.web.reasons import invalid
from services.gateway.write.dispatch import Accepted, Dispatcher
from services.kernel.settings import Settings

PERIODS: Final = ("7", "30", "365", "")
"""How long a link may work; empty: until it is revoked."""
_DAY_US: Final = 86_400_000_000


@get("/albums/{album_id:str}/links", include_in_schema=False)
async def links_page(
    request: Req,
    views: NamedDependency[Views],
    settings: NamedDependency[Settings],
    album_id: FromPath[str],
) -> Template:
    return await _page(request, views, settings, album_id)


@post("/albums/{album_id:str}/links", include_in_schema=False)
async def change_links(
    request: Req,
    views: NamedDependency[Views],
    settings: NamedDependency[Settings],
    gate: NamedDependency[Gate],
    dispatcher: NamedDependency[Dispatcher],
    album_id: FromPath[str],
) -> Response[Any]:
    """Fields: `label`, `days`, `downloads`, `password` make a link, which is shown once; `revoke` ends one by its id.
    Raises 404 and 422."""
    form = await form_of(request)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    if revoke := fields.get("revoke"):
        accepted = await _handled(dispatcher, UnshareAlbum, album_id=album_id, link_id=revoke)
        await asyncio.to_thread(gate.keyring.change, lambda keys: keys.links.pop(revoke, None))
        await views.wait_for(accepted.position, CATCH_UP_S)
        return redirect(f"/albums/{album_id}/links")
    days, text = fields.get("days", PERIODS[0]), fields.get("password", "")
    if days not in PERIODS:
        raise unprocessable(
            _("“%(name)s” is one of: %(choices)s.", name=_("Expires"), choices=", ".join(PERIODS))
        )
    try:
        kept = await asyncio.to_thread(password.hashed, text) if text else None
    except password.BadPassword as error:
        return await _page(request, views, settings, album_id, problem=explanation(error), status=422)
    secret = links.new_secret()
    accepted = await _handled(
        dispatcher,
        ShareAlbum,
        album_id=album_id,
        secret_hash=secret_hash(secret),
        label=fields.get("label", ""),
        expires_us=time.time_ns() // 1000 + int(days) * _DAY_US if days else None,
        downloads="downloads" in fields,
        protected=kept is not None,
    )
    if kept is not None:  # until it is stored, the link opens nothing
        hashes = {event.link_id: kept for event in accepted.events if isinstance(event, AlbumShared)}
        await asyncio.to_thread(gate.keyring.change, lambda keys: keys.links.update(hashes))
    await views.wait_for(accepted.position, CATCH_UP_S)
    url = f"{request.scope['scheme']}://{request.headers.get('Host', '')}{links.LINKS}/{secret}"
    return await _page(request, views, settings, album_id, url=url)


async def _handled(dispatcher: Dispatcher, command: type[Command], **fields: object) -> Accepted:
    """Raises HTTPException."""
    try:
        return await dispatcher.handle(msgspec.convert(fields, command))
    except msgspec.ValidationError as error:
        raise unprocessable(explanation(invalid(error).for_people())) from error
    except NotFound as error:
        raise NotFoundException(explanation(error)) from error
    except Refused as error:
        raise unprocessable(explanation(error)) from error


async def _page(
    request: Req,
    views: Views,
    settings: Settings,
    album_id: str,
    *,
    url: str | None = None,
    problem: str | None = None,
    status: int = 200,
) -> Template:
    match = await album(views, album_id)
    if match is None:
        raise NotFoundException(_("There is no such album."))
    answer = page(
        request,
        "pages/links.html",
        nav="albums",
        title=_("Share “%(name)s”", name=match.name),
        album=match,
        links=await share_links(views, album_id),
        now_us=time.time_ns() // 1000,
        days={"7": _("in a week"), "30": _("in a month"), "365": _("in a year"), "": _("never")},
        url=url,
        alone=settings.on_loopback,
        problem=problem,
    )
    answer.status_code = status
    answer.headers = {**answer.headers, **NO_STORE}
    return answer


ROUTES: Final[list[Any]] = [links_page, change_links]
