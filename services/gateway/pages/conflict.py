"""The answer to a change that conflicts with somebody else's: it keeps what the person typed, so nothing is lost."""

from typing import Any, Final

from litestar import MediaType, Response
from litestar.response import Template
from litestar.status_codes import HTTP_409_CONFLICT

from services.domain.subject import Outdated
from services.gateway.i18n.language import _
from services.gateway.i18n.speech import explanation

TYPED: Final = ("name", "description", "q")
"""Fields that hold text typed by a person."""


def conflict(command: str, form: dict[str, list[str]] | None, error: Outdated, back: str) -> Response[Any]:
    """409: for a form, a page with the form again, this time without an expected version; else JSON."""
    sentence = explanation(error)
    if form is None:
        content = {
            "status_code": HTTP_409_CONFLICT,
            "detail": sentence,
            "extra": [{"key": error.field, "message": sentence, "source": "body"}],
        }
        return Response(content, status_code=HTTP_409_CONFLICT, media_type=MediaType.JSON)
    fields = {name: values for name, values in form.items() if name not in ("seen", "next", error.field)}
    typed = error.field if error.field in TYPED else None
    kept = [(name, value) for name, values in fields.items() for value in values]
    if error.field and not typed:
        kept += [(error.field, value) for value in form.get(error.field, [])]
    context = {
        "title": _("Changed meanwhile"),
        "said": sentence,
        "command": command,
        "kept": kept,
        "field": typed,
        "value": form.get(typed, [""])[-1] if typed else "",
        "back": back,
    }
    return Template(
        "pages/conflict.html", context=context, status_code=HTTP_409_CONFLICT, media_type=MediaType.HTML
    )
