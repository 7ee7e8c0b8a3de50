"""The files that pages are made of, from memory: they are few, small, and asked for by the dozen at once."""

import re
from collections.abc import Mapping
from functools import cache
from mimetypes import guess_type
from typing import Annotated, Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from services.gateway.pages.rendering import STATIC, version

SHEETS: Final = ("aspects", "app", "grid", "cards", "pages", "work", "photo", "map", "travel", "narrow")
"""In their order, as one sheet: nothing is painted before the last one is there."""
SHEET: Final = "album.css"
COMMENT: Final = re.compile(rb"^[ \t]*(//.*|/\*((?!\*/).)*\*/)$", re.MULTILINE)
"""A line that holds nothing else."""
INDENTATION: Final = re.compile(rb"^[ \t]+", re.MULTILINE)


def lean(text: bytes) -> bytes:
    """A script or a sheet as browsers need it: without comments on lines of their own, and without indentation.

    Every line keeps its number, so errors lead to the source. No text within our scripts goes over several lines: a
    test sees to it.
    """
    return INDENTATION.sub(b"", COMMENT.sub(b"", text))


@cache
def contents() -> Mapping[str, tuple[bytes, str]]:
    """All files under web/static by name, and SHEET, each with its media type. Our own scripts and sheets are lean."""
    found = {
        path.relative_to(STATIC).as_posix(): path.read_bytes() for path in STATIC.rglob("*") if path.is_file()
    }
    found |= {
        name: lean(body)
        for name, body in found.items()
        if name.endswith((".js", ".css")) and not name.startswith("vendor/")
    }
    found[SHEET] = b"\n".join(found[f"{name}.css"] for name in SHEETS)
    return {name: (body, guess_type(name)[0] or "application/octet-stream") for name, body in found.items()}


@get(f"/static/{version()}/{{name:path}}", include_in_schema=False, sync_to_thread=False)
def static_file(
    name: Annotated[str, Parameter(description="As in `contents`, after a slash.")],
) -> Response[bytes]:
    """404 where there is no such file."""
    try:
        body, media_type = contents()[name.removeprefix("/")]
    except KeyError:
        raise NotFoundException(f"There is no file {name}.") from None
    return Response(
        body, media_type=media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


ROUTES: Final = [static_file]
