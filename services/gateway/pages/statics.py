"""The pages' static files, served from memory: they are few, small, and requested by the dozen."""

import re
from collections.abc import Mapping
from functools import cache
from mimetypes import guess_type
from typing import Annotated, Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from services.gateway.pages.rendering import STATIC, version

SHEETS: Final = (
    "aspects",
    "base",
    "controls",
    "frame",
    "rail",
    "progress",
    "toasts",
    "grid",
    "selecting",
    "picker",
    "scrubber",
    "covers",
    "folders",
    "first-days",
    "albums",
    "search",
    "jobs",
    "models",
    "history",
    "duplicates",
    "sheet",
    "settings",
    "access",
    "chips",
    "photo",
    "info",
    "viewer",
    "map",
    "years",
    "travel",
    "narrow",
    "touch",
    "print",
)
"""Joined in this order into one sheet, as nothing is painted before the last one has loaded: what every page has, then
a sheet for each page, then what overrides them."""
SHEET: Final = "album.css"
COMMENT: Final = re.compile(rb"^[ \t]*(//.*|/\*((?!\*/).)*\*/)$", re.MULTILINE)
"""On a line of its own."""
INDENTATION: Final = re.compile(rb"^[ \t]+", re.MULTILINE)


def lean(text: bytes) -> bytes:
    """A script or style sheet as browsers need it: without comments on lines of their own, and without indentation.

    Every line keeps its number, so that errors point to the source. No string in our scripts spans several lines, which
    a test ensures.
    """
    return INDENTATION.sub(b"", COMMENT.sub(b"", text))


@cache
def contents() -> Mapping[str, tuple[bytes, str]]:
    """All files under web/static and SHEET: name -> content and media type. Our own scripts and sheets are lean."""
    files = {
        path.relative_to(STATIC).as_posix(): path.read_bytes() for path in STATIC.rglob("*") if path.is_file()
    }
    files |= {
        name: lean(body)
        for name, body in files.items()
        if name.endswith((".js", ".css")) and not name.startswith("vendor/")
    }
    files[SHEET] = b"\n".join(files[f"{name}.css"] for name in SHEETS)
    return {name: (body, guess_type(name)[0] or "application/octet-stream") for name, body in files.items()}


@get(f"/static/{version()}/{{name:path}}", include_in_schema=False, sync_to_thread=False)
def static_file(
    name: Annotated[str, Parameter(description="As in `contents`, after a slash.")],
) -> Response[bytes]:
    """404 when there is no such file."""
    try:
        body, media_type = contents()[name.removeprefix("/")]
    except KeyError:
        raise NotFoundException(f"There is no file {name}.") from None
    return Response(
        body, media_type=media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


ROUTES: Final = [static_file]
