"""Every route of the application, for everybody who may come: made from the application's own list of routes."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final, NamedTuple

import httpx
import msgspec
import pytest
from litestar import Litestar, Request

from services.gateway.access.classes import ANYONE, ASK, LINK, OWN, READ, STATIC, WORK, needed_for
from services.gateway.access.keyring import Role
from services.gateway.access.tokens import ROLES
from services.gateway.pages.rendering import asset
from services.kernel.settings import Settings
from tests.gateway.locked.conftest import Locked, with_password
from tests.support.stack import stack

REFUSALS: Final = (
    "Sign in first.",
    "Only the owner may do this",
    "Your token is a worker’s",
    "This library has no password yet",
)


class Case(NamedTuple):
    host: str
    has_password: bool
    visitor: str
    role: Role
    """What the visitor may do then."""


CASES: Final = [
    Case("127.0.0.1", False, "anonymous", Role.OWNER),
    Case("127.0.0.1", False, "worker", Role.WORKER),
    Case("127.0.0.1", False, "viewer", Role.VIEWER),
    Case("127.0.0.1", True, "anonymous", Role.NOBODY),
    Case("127.0.0.1", True, "wrong token", Role.NOBODY),
    Case("127.0.0.1", True, "viewer", Role.VIEWER),
    Case("127.0.0.1", True, "owner", Role.OWNER),
    Case("127.0.0.1", True, "session", Role.OWNER),
    Case("0.0.0.0", False, "anonymous", Role.NOBODY),
    Case("0.0.0.0", True, "anonymous", Role.NOBODY),
    Case("0.0.0.0", True, "forged session", Role.NOBODY),
    Case("0.0.0.0", True, "worker", Role.WORKER),
    Case("0.0.0.0", True, "viewer", Role.VIEWER),
    Case("0.0.0.0", True, "owner", Role.OWNER),
    Case("0.0.0.0", True, "session", Role.OWNER),
    Case("::", True, "anonymous", Role.NOBODY),
    Case("album.example", True, "anonymous", Role.NOBODY),
]


def routes(app: Litestar) -> list[tuple[str, str]]:
    """Method and path template of every route, with HEAD wherever there is GET. OPTIONS is answered before any route,
    with nothing but the methods."""
    pairs = {(method, one.path_format) for one in app.routes for method in getattr(one, "methods", ())}
    heads = {("HEAD", template) for method, template in pairs if method == "GET"}
    return sorted((pairs | heads) - {pair for pair in pairs if pair[0] == "OPTIONS"})


def address(template: str) -> str:
    """A path that this route serves."""
    if template.startswith(STATIC):
        return asset("base.css")
    for name, value in (("class_index", "1"), ("position", "1"), ("path", "x")):
        template = template.replace(f"{{{name}}}", value)
    return "/".join("0" * 32 if part.startswith("{") else part for part in template.split("/"))


@asynccontextmanager
async def visited(
    settings: Settings, case: Case
) -> AsyncIterator[tuple[Locked, Callable[[], dict[str, str]]]]:
    """The album, and headers of the visitor, made anew for each request."""
    settings = msgspec.structs.replace(settings, host=case.host)
    if case.has_password:
        with_password(settings)
    async with stack(settings, projector=False) as running:
        running.gateway.stopping.set()  # streams end at once
        locked = Locked(running, running.gate)
        tokens = {role.name.lower(): locked.token(role) for role in ROLES.values()}
        wrong = {
            "anonymous": {},
            "wrong token": {"Authorization": "Bearer albumen_guess"},
            "forged session": {"Cookie": f"{running.gate.cookie}=guess"},
        }

        def headers() -> dict[str, str]:
            if case.visitor == "session":
                request = httpx.Request("GET", "http://x")
                return {"Cookie": f"{running.gate.cookie}={session(locked, str(request.url))}"}
            return {**tokens, **wrong}[case.visitor]

        yield locked, headers


@cache
def request(url: str) -> Request[Any, Any, Any]:
    """Made once: with it comes an application."""
    from litestar.testing import RequestFactory

    return RequestFactory().get(url)


def session(locked: Locked, url: str) -> str:
    return str(locked.gate.begin(request(url)).value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.host} {case.has_password} {case.visitor}")
async def test_who_may_do_what(settings: Settings, case: Case) -> None:
    """Nobody does more than the role allows, nobody is refused what it allows, and who is refused changes nothing."""
    wrong = []
    async with visited(settings, case) as (locked, headers):
        for method, template in routes(locked.running.app):
            before = await locked.running.gateway.events.head(), locked.gate.keyring.keys().tokens
            answer = await locked.running.client.request(
                method, address(template), headers={**headers(), "Accept": "application/json"}
            )
            by_lock = any(text in answer.text for text in REFUSALS)
            if method == "HEAD":  # without a text; /first-visit has a 403 of its own
                by_lock = template not in ANYONE
            refused = answer.status_code in (401, 403) and by_lock
            needed = needed_for(method, template)
            unset = template in LINK and not case.has_password and case.role is Role.NOBODY
            if refused is not (case.role < needed or unset):
                wrong.append((method, template, answer.status_code, answer.text[:80]))
            if refused:
                assert before == (
                    await locked.running.gateway.events.head(),
                    locked.gate.keyring.keys().tokens,
                )
    assert wrong == []


async def test_every_route_has_a_class_and_every_class_its_routes(open_album: Locked) -> None:
    """A new route stands in `services/gateway/access/classes.py` before it is served to others than the owner."""
    declared = ANYONE | LINK | WORK | READ | ASK | OWN
    templates = {
        template for _, template in routes(open_album.running.app) if not template.startswith(STATIC)
    }
    assert templates - declared == set(), "routes without a class"
    assert declared - templates == set(), "classes without a route"


async def test_reading_and_writing_on_one_path_are_told_apart(open_album: Locked) -> None:
    writes = {template for method, template in routes(open_album.running.app) if method == "POST"}
    assert needed_for("GET", "/commands/{command}") is Role.VIEWER
    assert needed_for("POST", "/commands/{command}") is Role.OWNER
    assert {one for one in writes if needed_for("POST", one) is not Role.OWNER} == (
        writes & (ANYONE | LINK)
    ) | ASK


@pytest.mark.parametrize(
    "method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"]
)
def test_what_is_in_no_class_is_for_the_owner_alone(method: str) -> None:
    assert needed_for(method, "/brand-new") is Role.OWNER
