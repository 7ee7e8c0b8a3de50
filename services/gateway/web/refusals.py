"""What is wrong with a form, said on the page that it was sent from: a form's own address shows nothing.

Scripts stay on the page anyway. Without them, the answer leads back there, and the sentence travels in a cookie that
the next page shows and deletes.
"""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, unquote

from litestar import Request, Response
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import Message, Scope

_COOKIE: Final = "refusal"
_LONGEST: Final = 300
"""Characters: quoted, each takes up to twelve bytes, and browsers keep four kilobytes."""
_KEPT_S: Final = 60
_ELSEWHERE: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED})
"""Answered with a page: who asks may not see where he came from."""


def from_a_form(request: Request[Any, Any, Any], status: int) -> bool:
    """Whether a browser sent a form, without scripts, that is answered with this error."""
    kind = request.content_type[0]
    form = kind in ("application/x-www-form-urlencoded", "multipart/form-data")
    plain = request.method == "POST" and not request.headers.get("HX-Request")
    return form and plain and status not in _ELSEWHERE


def sent_back(where: str, sentence: str, headers: dict[str, str] | None) -> Response[None]:
    """`where`: a path of ours, with its query; `headers`: the error's own."""
    text = sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST - 1]}…"
    cookie = Cookie(_COOKIE, value=quote(text), max_age=_KEPT_S, httponly=True, samesite="strict")
    return Response(
        None,
        status_code=HTTP_303_SEE_OTHER,
        headers={**(headers or {}), "Location": where},
        cookies=[cookie],
    )


def last_refusal(request: Request[Any, Any, Any]) -> str:
    """The sentence for this page; empty: none."""
    return unquote(request.cookies.get(_COOKIE, ""), errors="replace")[:_LONGEST]


async def forget_refusal(message: Message, scope: Scope) -> None:
    """Before a whole page, which has shown it. Later ones don't."""
    if message["type"] != "http.response.start":
        return
    request = Request[Any, Any, Any](scope)
    headers = MutableScopeHeaders.from_message(message)
    page = headers.get("Content-Type", "").startswith("text/html") and not request.headers.get("HX-Request")
    if page and _COOKIE in request.cookies:
        over = Cookie(_COOKIE, value="", max_age=0, httponly=True, samesite="strict")
        headers.add("Set-Cookie", over.to_header(header=""))
