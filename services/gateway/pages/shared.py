"""An album as people with a share link see it: its name, description and photos, and nothing else."""

import time
from typing import Any, Final

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.params import FromPath, SkipValidation
from litestar.response import Template
from litestar.status_codes import HTTP_401_UNAUTHORIZED
from markupsafe import Markup
from msgspec import structs

from services.gateway.access import links
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import secret_hash
from services.gateway.access.visits import Visits
from services.gateway.grid.badges import corner
from services.gateway.grid.sections import cells
from services.gateway.grid.shapes import shape
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import date_name
from services.gateway.pages.signing_in import redirect, try_password
from services.gateway.presentation import rotated
from services.gateway.presentation.picture_choice import known_at, plays
from services.gateway.queries import images, timeline
from services.gateway.queries.albums import Album, album
from services.gateway.queries.marks import marks
from services.gateway.queries.months import months
from services.gateway.queries.neighbours import around, films_of
from services.gateway.queries.sharing import ShareLink, link_of, shows
from services.gateway.search.filters import Filter
from services.gateway.tables.pool import CATCH_UP_S, Views
from services.gateway.web.answer import Req, environment, link, refusals
from services.gateway.web.forms import form_of
from services.kernel.log.ids import is_image_id
from services.kernel.log.sqlite_log import SqliteLog

AT_A_TIME: Final = 300
HEADERS: Final = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


class NoSuchLink(NotFoundException):
    """There is none with this secret, or no longer."""


class PasswordFirst(NotFoundException):
    """The link has a password of its own, which this browser has not given."""


async def admitted(request: Req, gate: Gate, events: SqliteLog, secret: str) -> tuple[Views, ShareLink]:
    """The link that the secret opens now, and the read tables that say so. Raises HTTPException."""
    views: Views = request.app.state.gateway.views.look()
    await rotated.show(views)
    match = await _link(views, secret)
    head, position = await events.head(), await views.position()
    if head > position:  # has it been revoked, or the album changed, a moment ago?
        rows = await events.read_stream(f"album-{match.album_id}")
        if rows and rows[-1].position > position:
            if not await views.wait_for(rows[-1].position, CATCH_UP_S):
                raise ServiceUnavailableException(_("This album is being updated. Try again in a moment."))
            views = views.look()
            match = await _link(views, secret)
    if match.protected and not links.was_given(gate.keyring.keys(), match.id, request):
        raise PasswordFirst
    return views, match


async def _link(views: Views, secret: str) -> ShareLink:
    match = await link_of(views, secret_hash(secret), time.time_ns() // 1000)
    if match is None:
        raise NoSuchLink
    return match


@get("/s/{secret:str}", include_in_schema=False)
async def shared_page(
    request: Req,
    gate: NamedDependency[Gate],
    events: NamedDependency[SqliteLog],
    visits: NamedDependency[SkipValidation[Visits]],
    secret: FromPath[str],
) -> Template:
    views, match = await admitted(request, gate, events, secret)
    the_album, after = await shared_album(views, match), request.query_params.get("after")
    criteria = Filter(album=match.album_id)
    with refusals():
        batch = await timeline.page(views, criteria, the_album.order, after, AT_A_TIME, total=the_album.count)
    if not after:
        await visits.note(match.album_id, match.id)
    own = f"{links.LINKS}/{secret}"
    return _page(
        "pages/shared.html",
        title=the_album.name,
        album=the_album,
        cells=cells(batch, the_album.order, {}),
        moving=await _moving(request, views, [tile.image_id for tile in batch.tiles]),
        downloads=match.downloads,
        counts=(await months(views, criteria)).counts,
        goes_on=bool(after),
        own=own,
        more=link(own, after=batch.next) if batch.next else None,
    )


@get("/s/{secret:str}/{image_id:str}", include_in_schema=False)
async def shared_photo_page(
    request: Req,
    gate: NamedDependency[Gate],
    events: NamedDependency[SqliteLog],
    secret: FromPath[str],
    image_id: FromPath[str],
) -> Template:
    views, match = await admitted(request, gate, events, secret)
    await require_shown(views, match, image_id)
    image = await images.image(views, image_id)
    assert image is not None
    near = await around(
        views, Filter(album=match.album_id), (await shared_album(views, match)).order, image_id, 1
    )
    own = f"{links.LINKS}/{secret}"
    return _page(
        "pages/shared_photo.html",
        title=date_name(known_at(image)),
        image=image,
        shape=shape(image.width, image.height),
        film=plays(image),
        live=image.film_offset is not None or bool(await films_of(views, [image_id])),
        own=own,
        before=near.before[0] if near and near.before else None,
        behind=near.behind[0] if near and near.behind else None,
        downloads=match.downloads,
    )


@post("/s/{secret:str}", include_in_schema=False)
async def give_password(request: Req, gate: NamedDependency[Gate], secret: FromPath[str]) -> Response[Any]:
    """Field: `password`, of the link."""
    match = await _link(request.app.state.gateway.views.look(), secret)
    own = f"{links.LINKS}/{secret}"
    keys = gate.keyring.keys()
    value = (await form_of(request)).get("password", "")
    kept = keys.links.get(match.id)
    text = value if isinstance(value, str) else ""
    problem, status = await try_password(request, gate.link_attempts, text, kept, match.id)
    if problem:
        return _asks(own, problem, status)
    return redirect(own, links.cookie_of(keys, match.id, own, request.scope["scheme"] == "https"))


def ask_password(request: Req, error: PasswordFirst) -> Response[Any]:
    """The form for the link's password, wherever below the link it was missing."""
    own = "/".join(request.scope["path"].split("/")[:3])
    return _asks(own, None, HTTP_401_UNAUTHORIZED)


def no_such_link(request: Req, error: NoSuchLink) -> Response[Any]:
    """A page without a way into the album, as its readers have none."""
    return _page("pages/shared_gone.html", error.status_code)


def _asks(own: str, problem: str | None, status: int) -> Template:
    return _page("pages/shared_password.html", status, own=own, problem=problem)


async def _moving(request: Req, views: Views, ids: list[str]) -> dict[str, dict[str, Any]]:
    """What plays, with its badge and no others: copies and sources are the owner's business."""
    plain = {
        image_id: structs.replace(one, raw=0, copies=0, unsure=0)
        for image_id, one in (await marks(views, ids)).items()
        if one.film or one.live
    }
    html = environment(request)
    return {
        image_id: {"live": bool(one.live), "badge": Markup(corner(html, one))}  # noqa: S704
        for image_id, one in plain.items()
    }


async def shared_album(views: Views, match: ShareLink) -> Album:
    """Raises NoSuchLink."""
    current = await album(views, match.album_id)
    if current is None:
        raise NoSuchLink
    return current


async def require_shown(views: Views, match: ShareLink, image_id: str) -> None:
    """Raises 404 for a photo that the album doesn't show now."""
    if not is_image_id(image_id) or not await shows(views, match.album_id, image_id):
        raise NotFoundException(_("This photo is not in the album."))


def _page(template: str, status: int = 200, **context: Any) -> Template:
    return Template(template, context=context, status_code=status, media_type=MediaType.HTML, headers=HEADERS)


ROUTES: Final[list[Any]] = [shared_page, shared_photo_page, give_password]
