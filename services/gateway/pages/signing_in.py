"""Signing in and out, and the first visit, on which the password is set. Works without scripts."""

import asyncio
import math
from typing import Any, Final

import structlog
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.response import Template
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_401_UNAUTHORIZED, HTTP_429_TOO_MANY_REQUESTS

from services.gateway.access import password
from services.gateway.access.attempts import Attempts
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import KeyringUnreadable, Keys, NotStored, Role
from services.gateway.access.lock import SignInFirst
from services.gateway.i18n.language import _, ngettext
from services.gateway.i18n.speech import explanation
from services.gateway.pages.commands import safe_next
from services.gateway.web.answer import Req, here, link
from services.gateway.web.forms import form_of
from services.gateway.web.parameters import address
from services.gateway.web.security import told, wants_page

log = structlog.get_logger(__name__)

_COMPARING: Final = asyncio.Semaphore(2)
"""Comparisons at the same time: each takes 64 MiB."""
NO_STORE: Final = {"Cache-Control": "no-store"}


@get("/sign-in", include_in_schema=False)
async def sign_in_page(request: Req, gate: NamedDependency[Gate]) -> Response[Any]:
    after = safe_next(request.query_params.get("next", "/"))
    if gate.visitor(request).role >= Role.VIEWER:
        return redirect(after)
    # A link on another site's page opens ours without our cookie (SameSite=Strict): ask once more, from here.
    bounce = link(after) if request.headers.get("Sec-Fetch-Site") == "cross-site" else None
    return _page("pages/sign_in.html", next=after, bounce=bounce, problem=None)


@post("/sign-in", include_in_schema=False)
async def sign_in(request: Req, gate: NamedDependency[Gate]) -> Response[Any]:
    """Fields: `password`, `next`."""
    form = await form_of(request)
    after = safe_next(_text(form, "next", "/"))
    kept = gate.keyring.keys().password
    problem, status = await try_password(request, gate.attempts, _text(form, "password"), kept)
    if problem:
        return _page("pages/sign_in.html", status, next=after, bounce=None, problem=problem)
    return redirect(after, await asyncio.to_thread(gate.begin, request))


async def try_password(
    request: Req, attempts: Attempts, text: str, kept: str | None, what: str = ""
) -> tuple[str | None, int]:
    """What is wrong with a password, and the status to answer; None and 200 if it is the right one. `kept`: the hash of
    that, None if there is none. `attempts`, `what`: where the attempt is counted."""
    client = request.client.host if request.client else ""
    if wait := attempts.begin(client, what):
        seconds = math.ceil(wait)
        problem = ngettext(
            "Too many attempts. Try again in %(num)s second.",
            "Too many attempts. Try again in %(num)s seconds.",
            seconds,
        )
        return problem, HTTP_429_TOO_MANY_REQUESTS
    async with _COMPARING:
        right = kept is not None and await asyncio.to_thread(password.matches, text, kept)
    if not right:
        return _("That is not the password."), HTTP_401_UNAUTHORIZED
    attempts.succeeded(client, what)
    return None, 200


@post("/sign-out", include_in_schema=False)
async def sign_out(request: Req, gate: NamedDependency[Gate]) -> Response[None]:
    """Ends this browser's session, and lets the browser forget what it kept of the album."""
    if session := gate.session(request):
        await asyncio.to_thread(gate.end, session.id)
    return signed_out(request, "/sign-in")


def signed_out(request: Request[Any, Any, Any], to: str) -> Response[None]:
    """A redirect with which the browser forgets its cookie and what it has kept of the album. Over plain http from
    another computer, browsers ignore the latter."""
    answer = redirect(to, request.app.state.gate.cookie_of("", request.scope, max_age=0))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@get("/first-visit", include_in_schema=False)
async def first_visit_page(request: Req, gate: NamedDependency[Gate]) -> Response[Any]:
    """`code`: from the link that was printed at the start."""
    return _first_visit(request, gate, request.query_params.get("code", ""))


@post("/first-visit", include_in_schema=False)
async def first_visit(request: Req, gate: NamedDependency[Gate]) -> Response[Any]:
    """Fields: `code`, `password`, `again`. Sets the first password, and signs this browser in."""
    form = await form_of(request)
    code, text = _text(form, "code"), _text(form, "password")
    if not gate.redeem(code):
        return _first_visit(request, gate, code)
    if text != _text(form, "again"):
        return _first_visit(request, gate, code, _("The two passwords differ."))
    try:
        new = await asyncio.to_thread(password.hashed, text)
    except password.BadPassword as error:
        return _first_visit(request, gate, code, explanation(error))

    def edit(keys: Keys) -> bool:
        first = keys.password is None
        if first:
            keys.password = new
        return first

    if not await asyncio.to_thread(gate.keyring.change, edit):
        return redirect("/sign-in")
    gate.code = None
    return redirect("/", await asyncio.to_thread(gate.begin, request))


def _first_visit(request: Req, gate: Gate, code: str, problem: str | None = None) -> Response[Any]:
    if gate.redeem(code):
        return _page("pages/first_visit.html", 422 if problem else 200, code=code, problem=problem)
    if gate.code is None or not gate.unset:
        return redirect("/sign-in")
    address = request.client.host if request.client else ""
    status = HTTP_429_TOO_MANY_REQUESTS if gate.attempts.begin(address) else 403
    problem = _(
        "This link is not the one that Albumen printed last. Look at the terminal in which it was started."
    )
    return _page("pages/first_visit.html", status, code=None, problem=problem)


def redirect(to: str, *cookies: Cookie) -> Response[None]:
    return Response(
        None, status_code=HTTP_303_SEE_OTHER, headers={"Location": to, **NO_STORE}, cookies=cookies
    )


def to_sign_in(request: Request[Any, Any, Any], error: SignInFirst) -> Response[Any]:
    """Browsers are sent to the page, and come back to where they wanted to go; programs get a 401."""
    if request.headers.get("HX-Request"):
        page = address(request.headers.get("HX-Current-URL", ""))
        after = f"{page.path}?{page.query}" if page.query else page.path
        headers = {"HX-Redirect": _sign_in(after), **NO_STORE}
        return Response(None, status_code=HTTP_401_UNAUTHORIZED, headers=headers)
    if not wants_page(request) or request.method != "GET":
        return told(request, error)
    to = _sign_in(here(request))
    ended = request.app.state.gate.cookie in request.cookies  # elsewhere, or by itself
    return signed_out(request, to) if ended else redirect(to)


def _sign_in(after: str) -> str:
    """The page, which leads back to where somebody wanted to go."""
    after = safe_next(after)
    return link("/sign-in", next=after if after != "/" else None)


def not_let_in(request: Request[Any, Any, Any], error: KeyringUnreadable) -> Response[Any]:
    log.error("nobody is let in", why=str(error))
    detail = _("The file with the password can’t be read, so nobody is let in; the log says more.")
    return told(request, HTTPException(status_code=503, detail=detail))


def not_stored(request: Request[Any, Any, Any], error: NotStored) -> Response[Any]:
    return told(request, HTTPException(status_code=503, detail=explanation(error)))


def _page(template: str, status: int = 200, **context: Any) -> Response[Any]:
    return Template(
        template, context=context, status_code=status, media_type=MediaType.HTML, headers=NO_STORE
    )


def _text(form: Any, name: str, default: str = "") -> str:
    value = form.get(name, default)
    return value if isinstance(value, str) else default


ROUTES: Final[list[Any]] = [sign_in_page, sign_in, sign_out, first_visit_page, first_visit]
