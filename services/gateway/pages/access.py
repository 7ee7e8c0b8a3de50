"""Who may use the album: the password, the browsers that are signed in, the tokens of programs."""

import asyncio
from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from services.gateway.access import password, tokens
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import Keys, Session
from services.gateway.i18n.language import _
from services.gateway.i18n.speech import explanation
from services.gateway.pages.signing_in import NO_STORE, redirect, signed_out, try_password
from services.gateway.presentation.browsers import browser_name
from services.gateway.queries.sharing import share_links
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page, unprocessable
from services.gateway.web.forms import form_of

ACCESS: Final = "/access"


@get(ACCESS, include_in_schema=False)
async def access_page(request: Req, gate: NamedDependency[Gate], views: NamedDependency[Views]) -> Template:
    return await _page(request, gate, views)


@post(f"{ACCESS}/password", include_in_schema=False)
async def set_password(
    request: Req, gate: NamedDependency[Gate], views: NamedDependency[Views]
) -> Response[Any]:
    """Fields: `current` (if there is one), `password`, `again`; with `remove`, takes the password away. Signs all other
    browsers out."""
    form = await form_of(request)
    current, text = _field(form, "current"), _field(form, "password")
    if (kept := gate.keyring.keys().password) is not None:
        problem, status = await try_password(request, gate.attempts, current, kept)
        if problem:
            return await _page(request, gate, views, problem, status)
    remove = "remove" in form
    if remove and not gate.trusting:
        problem = _("Albumen is reached over the network, so it keeps its password.")
        return await _page(request, gate, views, problem, 422)
    if not remove and text != _field(form, "again"):
        return await _page(request, gate, views, _("The two passwords differ."), 422)
    try:
        new = None if remove else await asyncio.to_thread(password.hashed, text)
    except password.BadPassword as error:
        return await _page(request, gate, views, explanation(error), 422)

    def edit(keys: Keys) -> None:
        keys.password, keys.sessions = new, []

    await asyncio.to_thread(gate.keyring.change, edit)
    return redirect(ACCESS) if new is None else redirect(ACCESS, await asyncio.to_thread(gate.begin, request))


@post(f"{ACCESS}/sign-out", include_in_schema=False)
async def sign_out_others(request: Req, gate: NamedDependency[Gate]) -> Response[Any]:
    """Fields: `session`, or none for all browsers."""
    session = _field(await form_of(request), "session")
    await asyncio.to_thread(gate.end, session or None)
    return redirect(ACCESS) if gate.admits(request) else signed_out(request, "/sign-in")


@post(f"{ACCESS}/tokens", include_in_schema=False)
async def change_tokens(
    request: Req, gate: NamedDependency[Gate], views: NamedDependency[Views]
) -> Response[Any]:
    """Fields: `name` and `role` (of `tokens.ROLES`) make a token, which is shown once; `revoke` ends one by its
    id."""
    form = await form_of(request)
    if revoked := _field(form, "revoke"):
        await asyncio.to_thread(gate.keyring.change, lambda keys: tokens.revoke(keys, revoked))
        return redirect(ACCESS)
    name, role = _field(form, "name"), tokens.ROLES.get(_field(form, "role"))
    if role is None:
        raise unprocessable(
            _("“%(name)s” is one of: %(choices)s.", name="role", choices=", ".join(tokens.ROLES))
        )
    try:
        secret = await asyncio.to_thread(gate.keyring.change, lambda keys: tokens.create(keys, name, role))
    except tokens.NoToken as error:
        return await _page(request, gate, views, explanation(error), 422)
    return await _page(request, gate, views, token=secret)


async def _page(
    request: Req,
    gate: Gate,
    views: Views,
    problem: str | None = None,
    status: int = 200,
    token: str | None = None,
) -> Template:
    keys, own = gate.keyring.keys(), gate.session(request)

    def line(one: Session) -> dict[str, Any]:
        return {
            "id": one.id,
            "browser": browser_name(one.browser),
            "since_us": int(one.since_s * 1e6),
            "seen_us": int(one.seen_s * 1e6),
            "own": own is not None and one.id == own.id,
        }

    answer = page(
        request,
        "pages/access.html",
        nav="settings",
        title=_("Access"),
        locked=keys.password is not None,
        removable=gate.trusting,
        sessions=[line(one) for one in sorted(keys.sessions, key=lambda one: -one.seen_s)],
        tokens=[
            {
                "id": one.id,
                "name": one.name,
                "role": one.role.name.lower(),
                "since_us": int(one.since_s * 1e6),
            }
            for one in keys.tokens
        ],
        problem=problem,
        token=token,
        links=await share_links(views),
    )
    answer.status_code = status
    answer.headers = {**answer.headers, **NO_STORE}
    return answer


def _field(form: Any, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


ROUTES: Final[list[Any]] = [access_page, set_password, sign_out_others, change_tokens]
