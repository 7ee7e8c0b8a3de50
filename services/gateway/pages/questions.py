"""Questions before a command is done, for browsers without scripts: a page of its own that can be loaded again, as the
address to which a form is sent shows nothing. With scripts, a dialog asks on the page where one is."""

import secrets
from collections import OrderedDict
from typing import Any, Final

from litestar import MediaType, Response, get
from litestar.params import FromPath
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from services.gateway.i18n.language import _
from services.gateway.web.answer import Req
from services.gateway.web.refusals import from_a_form, sent_back
from services.gateway.web.security import wants_page

_PAGE: Final = "pages/conflict.html"
_MOST: Final = 64
_LARGEST: Final = 4_000_000
"""Characters of all together; a form may name a hundred thousand photos."""
_ROOM: Final = "questions"
"""Its place in the application's state."""

_Context = dict[str, Any]


class Questions:
    """With what the person typed, until the program ends or others take their room."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, tuple[_Context, int]] = OrderedDict()
        self._size = 0

    def add(self, context: _Context) -> str | None:
        """Its id, which nobody guesses; None if it is too large."""
        size = sum(len(name) + len(value) for name, value in context["kept"]) + len(context["value"])
        if size > _LARGEST:
            return None
        key = secrets.token_urlsafe(12)
        self._open[key] = (context, size)
        self._size += size
        while len(self._open) > _MOST or self._size > _LARGEST:
            _key, (_context, former) = self._open.popitem(last=False)
            self._size -= former
        return key

    def get(self, key: str) -> _Context | None:
        return self._open[key][0] if key in self._open else None


def question_of(request: Req, context: _Context) -> Response[Any]:
    """`context`: of the page that asks. A browser without scripts is led to it, others get it with 409."""
    plain = wants_page(request) and from_a_form(request, HTTP_409_CONFLICT)
    if plain and (key := _questions(request).add(context)):
        return Redirect(f"/asked/{key}", status_code=HTTP_303_SEE_OTHER)
    return Template(_PAGE, context=context, status_code=HTTP_409_CONFLICT, media_type=MediaType.HTML)


@get("/asked/{question:str}", include_in_schema=False)
async def question_page(request: Req, question: FromPath[str]) -> Response[Any]:
    context = _questions(request).get(question)
    if context is None:
        return sent_back(
            "/", _("This question was asked too long ago. Nothing was changed: try again."), None
        )
    return Template(_PAGE, context=context, media_type=MediaType.HTML, headers={"Cache-Control": "no-store"})


def _questions(request: Req) -> Questions:
    questions: Questions = request.app.state.setdefault(_ROOM, Questions())
    return questions


ROUTES: Final[list[Any]] = [question_page]
