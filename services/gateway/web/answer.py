"""How pages answer: with the whole page, or only its content when htmx asks for a part."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, NotFoundException
from litestar.response import Template
from litestar.status_codes import HTTP_422_UNPROCESSABLE_ENTITY

from services.gateway.i18n.speech import explanation
from services.gateway.queries.timeline import BadRequest
from services.gateway.search.filters import Filter, UnknownFilter
from services.gateway.tables.cursor import BadCursor

Req = Request[Any, Any, Any]
VARY = {"Vary": "HX-Request, HX-Request-Type, Accept-Language, Cookie"}


def wants_part(request: Req) -> bool:
    """htmx 4 sends `full` when it is about to replace the whole body."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") != "full"


def page(request: Req, template: str, **context: Any) -> Template:
    """The template extends `layout`: the frame with rail and header, or a bare fragment."""
    context["layout"] = "fragment.html" if wants_part(request) else "base.html"
    context["here"] = here(request)
    return part(template, **context)


def part(template: str, **context: Any) -> Template:
    return Template(template, context=context, media_type=MediaType.HTML, headers=VARY)


async def long_page(request: Req, template: str, **context: Any) -> Response[str]:
    """As `page`, of a list without an end: it is rendered in a thread, so that nobody else waits for it."""
    whole = page(request, template, **context).context | {"request": request}
    content = await asyncio.to_thread(environment(request).get_template(template).render, **whole)
    return Response(content, media_type=MediaType.HTML, headers=VARY)


def environment(request: Req) -> Any:
    """The Jinja environment of the pages."""
    engine = request.app.template_engine
    assert engine is not None
    return engine.engine


def here(request: Req) -> str:
    """Path and query of this page, to which its forms return."""
    query = request.scope["query_string"].decode("ascii", "replace")
    path: str = request.scope["path"]
    return f"{path}?{query}" if query else path


def link(path: str, **query: str | None) -> str:
    """A URL with the parameters that have a value."""
    parameters = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(parameters)}" if parameters else path


def folder_url(path: str) -> str:
    """Of the page of a folder, which is given by its full path."""
    return f"/folders{quote(path)}"


def among(criteria: Filter) -> dict[str, str | None]:
    """Photos as a URL's query names them; an empty query is the timeline."""
    hidden = "1" if criteria.hidden else None
    return {
        "category": criteria.category,
        "album": criteria.album,
        "folder": criteria.folder,
        "q": criteria.q,
        "hidden": hidden,
    }


def unprocessable(detail: str, extra: list[dict[str, str]] | None = None) -> HTTPException:
    return HTTPException(status_code=HTTP_422_UNPROCESSABLE_ENTITY, detail=detail, extra=extra)


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what a query refuses into an answer: 422 for what makes no sense, 404 for what does not exist."""
    try:
        yield
    except (BadCursor, BadRequest) as error:
        raise unprocessable(explanation(error)) from error
    except UnknownFilter as error:
        raise NotFoundException(explanation(error)) from error
