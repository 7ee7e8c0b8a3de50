"""The answers that ask before they do something, because of somebody else's change or of an odd value. They keep what
the person typed, so nothing is lost."""

from typing import Any, Final

from litestar import MediaType, Response
from litestar.status_codes import HTTP_409_CONFLICT

from services.domain.subject import Doubtful, Outdated
from services.gateway.i18n.language import _
from services.gateway.i18n.speech import explanation
from services.gateway.pages.questions import question_of
from services.gateway.web.answer import Req

TYPED: Final = ("name", "description", "q")
"""Fields that hold text typed by a person."""
SURE: Final = "sure"
"""A form with this field asks for no second answer."""


def asked_first(
    request: Req, command: str, form: dict[str, list[str]] | None, error: Outdated | Doubtful, back: str
) -> Response[Any]:
    """For a form, a page with the form again, which this time expects no version, or is sure; else 409 in JSON."""
    sentence = explanation(error)
    if form is None:
        content = {
            "status_code": HTTP_409_CONFLICT,
            "detail": sentence,
            "extra": [{"key": error.field, "message": sentence, "source": "body"}],
        }
        return Response(content, status_code=HTTP_409_CONFLICT, media_type=MediaType.JSON)
    if isinstance(error, Doubtful):
        return question_of(request, _question(command, form) | {"said": sentence, "back": back})
    return question_of(request, _conflict(command, form, error.field) | {"said": sentence, "back": back})


def _conflict(command: str, form: dict[str, list[str]], field: str | None) -> dict[str, Any]:
    fields = {name: values for name, values in form.items() if name not in ("seen", "next", field)}
    typed = field if field in TYPED else None
    kept = [(name, value) for name, values in fields.items() for value in values]
    if field and not typed:
        kept += [(field, value) for value in form.get(field, [])]
    return {
        "title": _("Changed meanwhile"),
        "command": command,
        "kept": kept,
        "field": typed,
        "value": form.get(typed, [""])[-1] if typed else "",
        "outdated": True,
        "yes": _("Save your version anyway") if typed else _("Do it anyway"),
        "no": _("Leave it as it is"),
    }


def _question(command: str, form: dict[str, list[str]]) -> dict[str, Any]:
    kept = [(name, value) for name, values in form.items() if name != "next" for value in values]
    return {
        "title": _("Is that right?"),
        "command": command,
        "kept": [*kept, (SURE, "1")],
        "field": None,
        "value": "",
        "outdated": False,
        "yes": _("Yes, it is right"),
        "no": _("No, go back"),
    }
