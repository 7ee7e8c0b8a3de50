"""`POST /commands/<name>` and `GET /commands/<id>`: the only way to make a change."""

import json
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotFoundException, ServiceUnavailableException
from litestar.params import FromPath, SkipValidation
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED, HTTP_303_SEE_OTHER

from services.domain.photos.explaining import ExplainImage
from services.domain.problems.commands import ForgetMessages, ResendMessages
from services.domain.registry import BY_NAME
from services.domain.subject import Command, Doubtful, NotFound, Outdated, Refused, undoable
from services.gateway.i18n.language import _
from services.gateway.i18n.speech import explanation, spoken
from services.gateway.pages.conflict import SURE, asked_first
from services.gateway.presentation.shown_at import shown_at
from services.gateway.queries.named import all_names
from services.gateway.running import redelivery
from services.gateway.running.explaining import Explaining, NobodyThere
from services.gateway.running.job_status import Jobs, JobStatus
from services.gateway.tables.pool import CATCH_UP_S, Views
from services.gateway.web import forms
from services.gateway.web.answer import unprocessable
from services.gateway.web.forms import form_of
from services.gateway.web.reasons import Invalid
from services.gateway.write.dispatch import Accepted, Dispatcher
from services.kernel.bus.contract import Bus

KEY_LENGTH = 200


class CommandController(Controller):
    path = "/commands"

    @post("/{command:str}", status_code=HTTP_202_ACCEPTED, summary="Give a command")
    async def give(
        self,
        request: Request[Any, Any, Any],
        command: FromPath[str],
        dispatcher: NamedDependency[Dispatcher],
        explaining: NamedDependency[Explaining],
        bus: NamedDependency[SkipValidation[Bus]],
        views: NamedDependency[Views],
    ) -> Response[Any]:
        """JSON body, or the same fields as a form. Answers 202 with `command_id`, `position`, `status_url`; a form gets
        303 to the path in its field `next`."""
        if command not in BY_NAME:
            names = ", ".join(sorted(BY_NAME))
            raise NotFoundException(
                _("There is no command “%(name)s”. Available: %(names)s.", name=command, names=names)
            )
        key = _key(request)
        form = await _form(request)
        try:
            wanted = (
                forms.from_form(command, form)
                if form is not None
                else forms.from_json(command, await request.body())
            )
            if isinstance(wanted, ExplainImage):
                accepted = await explaining.handle(wanted, key)
            elif isinstance(wanted, ResendMessages | ForgetMessages):
                accepted = await redelivery.handle(wanted, bus, dispatcher, key)
            elif form is not None:
                accepted = await dispatcher.once(wanted, sure=SURE in form, key=key)
            else:
                accepted = await dispatcher.handle(wanted, key)
        except NobodyThere as error:
            raise ServiceUnavailableException(_(str(error))) from error
        except NotFound as error:
            message = explanation(error)
            raise NotFoundException(message, extra=_extra(message, error.field)) from error
        except (Outdated, Doubtful) as error:
            return asked_first(request, command, form, error, safe_next((form or {}).get("next", ["/"])[-1]))
        except (Invalid, Refused) as error:
            message = explanation(error)
            raise unprocessable(message, _extra(message, error.field)) from error
        if form is not None:
            await views.wait_for(accepted.position, CATCH_UP_S)
            return await _page_answer(request, wanted, accepted, views, form.get("next", ["/"])[-1])
        command_id = str(accepted.command_id)
        status_url = f"/commands/{command_id}"
        answer = {
            "command_id": command_id,
            "position": accepted.position,
            "status_url": status_url,
            "message": await _message(wanted, accepted, views),
        }
        return Response(answer, status_code=HTTP_202_ACCEPTED)

    @get("/{command:str}", summary="How a command is doing")
    async def status(self, command: FromPath[str], jobs: NamedDependency[SkipValidation[Jobs]]) -> JobStatus:
        job = await jobs.status(command)
        if job is None:
            raise NotFoundException(_("There is no command with this id."))
        return job


def _key(request: Request[Any, Any, Any]) -> str | None:
    """Requests with the same key count as one command. Raises ClientException."""
    key = request.headers.get("Idempotency-Key") or None
    if key and len(key) > KEY_LENGTH:
        raise ClientException(_("The Idempotency-Key is longer than %(most)s characters.", most=KEY_LENGTH))
    return key


async def _form(request: Request[Any, Any, Any]) -> dict[str, list[str]] | None:
    """Field -> values when the body is an HTML form, else None. Uploaded files are no values."""
    if request.content_type[0] not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return None
    fields = await form_of(request)
    texts = {name: [value for value in fields.getall(name) if isinstance(value, str)] for name in fields}
    return {name: values for name, values in texts.items() if values}


async def _page_answer(
    request: Request[Any, Any, Any], command: Command, accepted: Accepted, views: Views, wanted: str
) -> Response[Any]:
    after = safe_next(wanted)
    if request.headers.get("HX-Request"):
        text = await _message(command, accepted, views)
        toast: dict[str, Any] = {"text": text, "position": accepted.position}
        if undoable(accepted.events):
            toast["undo"] = str(accepted.command_id)
        if page := shown_at(command, accepted.events):
            toast["href"] = page
        trigger = {"HX-Trigger": json.dumps({"toast": toast})} if text else {}  # ASCII, as headers must be
        return Response(None, status_code=HTTP_200_OK, headers={"HX-Location": after, **trigger})
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": after})


async def _message(command: Command, accepted: Accepted, views: Views) -> str:
    """What came of it, for people; empty if there is nothing to say."""
    toast = command.toast(accepted.events)
    if toast is None:
        return ""
    return spoken(toast, await all_names(views, [getattr(command, "album_id", None)]))


def safe_next(wanted: str) -> str:
    """A path on this host; anything that could lead elsewhere becomes the timeline."""
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else "/"


def _extra(message: str, field: str | None) -> list[dict[str, str]]:
    return [{"key": field, "message": message, "source": "body"}] if field else []


ROUTES = [CommandController]
