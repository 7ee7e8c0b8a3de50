"""Decides who a request comes from, and lets sessions begin, rotate and end."""

import hmac
import secrets
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from litestar import Request
from litestar.datastructures import Cookie
from litestar.datastructures.headers import MutableScopeHeaders
from litestar.types import Message, Scope, Send

from services.gateway.access.attempts import Attempts
from services.gateway.access.keyring import Keyring, KeyringUnreadable, Keys, Role, Session, secret_hash
from services.kernel.settings import Settings

IDLE_S: Final = 30 * 86_400.0
"""A session that was not used for this long is over."""
SESSION_S: Final = 365 * 86_400.0
ROTATE_S: Final = 86_400.0
"""A browser gets a new secret each day, so that a stolen one is soon worthless."""
GRACE_S: Final = 60.0
"""For requests that were under way with the former secret."""
NOTED_S: Final = 3600.0
"""How exactly the last use of a session is kept."""
SESSIONS: Final = 100
"""At most; the ones unused for longest end."""


class Visitor(NamedTuple):
    role: Role
    session: Session | None = None


class Gate:
    """One for each gateway."""

    def __init__(self, settings: Settings) -> None:
        self.keyring = Keyring(settings.data)
        self.attempts = Attempts()
        self.link_attempts = Attempts()
        """At the passwords of share links: whoever tries them keeps the owner from nothing."""
        self.cookie = f"albumen_{settings.port}"
        """Browsers give cookies to every port of a host; two albums on one machine have a session each."""
        self.trusting = settings.on_loopback or settings.trusted_network
        self._trusts_proxies = settings.trusted_network
        self.run_key = secrets.token_urlsafe(32)
        """What this user's own programs on this machine present, as long as this gateway runs."""
        self.code: str | None = None if self.trusting or self.keyring.keys().password else _secret(16)
        """Allows to set the first password, once."""

    @property
    def open(self) -> bool:
        """Whether everybody who reaches the gateway is the owner. Raises KeyringUnreadable."""
        return self.trusting and self.keyring.keys().password is None

    @property
    def unset(self) -> bool:
        """Whether nobody can be let in before a password is set. Raises KeyringUnreadable."""
        return not self.trusting and self.keyring.keys().password is None

    def redeem(self, code: str) -> bool:
        """Whether this is the code of the first visit; compares in constant time."""
        return self.code is not None and self.unset and hmac.compare_digest(code.encode(), self.code.encode())

    def visitor(self, request: Request[Any, Any, Any]) -> Visitor:
        """A token counts even where everybody is the owner. Raises KeyringUnreadable."""
        kind, _, presented = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and (role := self._of_token(presented.strip())) is not None:
            return Visitor(role)
        if self.open and (self._trusts_proxies or not forwarded(request)):
            return Visitor(Role.OWNER)
        session = self.session(request)
        return Visitor(Role.OWNER if session else Role.NOBODY, session)

    def admits(self, request: Request[Any, Any, Any]) -> bool:
        """Whether the visitor may see the album at all. For pages that strangers see as well."""
        try:
            return self.visitor(request).role >= Role.VIEWER
        except KeyringUnreadable:
            return False

    def _of_token(self, token: str) -> Role | None:
        if hmac.compare_digest(token.encode("utf-8", "surrogatepass"), self.run_key.encode()):
            return Role.OWNER
        own = secret_hash(token)
        return next((one.role for one in self.keyring.keys().tokens if one.secret == own), None)

    def session(self, request: Request[Any, Any, Any]) -> Session | None:
        """Comparing digests leaks nothing of use: who could choose one would have to invert SHA-256."""
        cookie = request.cookies.get(self.cookie)
        keys = self.keyring.keys()
        if not cookie or keys.password is None:
            return None
        own, now = secret_hash(cookie), time.time()
        for one in keys.sessions:
            if own in (one.secret, one.former):
                return one if _alive(one, now) else None
        return None

    def begin(self, request: Request[Any, Any, Any]) -> Cookie:
        """A new session of this browser, with a new secret; the one that it had ends."""
        secret, now = _secret(32), time.time()
        former = self.session(request)
        session = Session(
            id=secrets.token_hex(6),
            secret=secret_hash(secret),
            browser=request.headers.get("User-Agent", "")[:300],
            since_s=now,
            rotated_s=now,
            seen_s=now,
        )

        def edit(keys: Keys) -> None:
            others = [one for one in keys.sessions if _alive(one, now) and one.id != (former and former.id)]
            others.sort(key=lambda one: one.seen_s)
            keys.sessions = [*others[-(SESSIONS - 1) :], session]

        self.keyring.change_for_now(edit)
        return self.cookie_of(secret, request.scope)

    def end(self, session_id: str | None) -> None:
        """None: all sessions."""

        def edit(keys: Keys) -> None:
            keys.sessions = [one for one in keys.sessions if session_id is not None and one.id != session_id]

        self.keyring.change(edit)

    def cookie_of(self, secret: str, scope: Scope, max_age: int = int(IDLE_S)) -> Cookie:
        return Cookie(
            key=self.cookie,
            value=secret,
            path="/",
            max_age=max_age,
            httponly=True,
            samesite="strict",
            secure=scope["scheme"] == "https",
        )

    def renewal(self, session: Session, presented: str) -> Callable[[], str | None] | None:
        """What there is to note of this use of a session, if anything: a function that blocks, and returns the
        session's new secret if the time has come for one."""
        now, own = time.time(), secret_hash(presented)
        rotate = now - session.rotated_s > ROTATE_S
        arrived = session.former is not None and own == session.secret and now - session.rotated_s > GRACE_S
        if not rotate and not arrived and now - session.seen_s < NOTED_S:
            return None
        secret = _secret(32) if rotate else None

        def edit(keys: Keys) -> None:
            for one in keys.sessions:
                if one.id != session.id:
                    continue
                one.seen_s = now
                if secret is not None:
                    one.former, one.secret, one.rotated_s = own, secret_hash(secret), now
                elif arrived:
                    one.former = None

        def renew() -> str | None:
            self.keyring.change_for_now(edit)
            return secret

        return renew


def forwarded(request: Request[Any, Any, Any]) -> bool:
    """Whether it comes from elsewhere through a proxy on this machine. A proxy that doesn't say so can't be told from a
    program here."""
    return any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP"))


def sending(send: Send, cookie: Cookie) -> Send:
    """`send`, with a cookie added to the response."""

    async def with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableScopeHeaders.from_message(message).add("Set-Cookie", cookie.to_header(header=""))
        await send(message)

    return with_cookie


def _alive(session: Session, now: float) -> bool:
    return now - session.seen_s < IDLE_S and now - session.since_s < SESSION_S


def _secret(size: int) -> str:
    return secrets.token_urlsafe(size)
