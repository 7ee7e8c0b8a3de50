"""Asks a classifier where on a photo it saw its classes. Best effort: somebody is viewing the photo, and will ask again
if no answer comes."""

from typing import Final

import structlog

from services.domain.photos.explaining import ExplainImage
from services.domain.subject import NotFound, Refused
from services.gateway.i18n.language import N_
from services.gateway.queries.models import active_model
from services.gateway.queries.rotations import rotations
from services.gateway.queries.verdicts import Examination, examinations
from services.gateway.tables.pool import Views
from services.gateway.write.dispatch import Accepted, Dispatcher
from services.kernel.bus.contract import Bus, BusUnavailable, Message
from services.kernel.bus.jobs import ExplainJob
from services.kernel.bus.topology import CLASSIFY_INTERACTIVE
from services.kernel.log.codec import encode
from services.kernel.log.ids import derived_id
from services.kernel.tracing import spans
from services.knowledge.rotations import NONE

log = structlog.get_logger(__name__)

CLASSES: Final = 5
"""The best ones of a verdict."""


class NobodyThere(Exception):
    """The bus is down. The message is a sentence for the user."""

    def __init__(self) -> None:
        super().__init__(
            N_("The message broker can't be reached, so no classifier can be asked now. Try again later.")
        )


class Explaining:
    def __init__(self, dispatcher: Dispatcher, bus: Bus, views: Views) -> None:
        self._dispatcher, self._bus, self._views = dispatcher, bus, views

    async def handle(self, command: ExplainImage, key: str | None = None) -> Accepted:
        """Sends nothing if the maps exist. Raises NotFound, Refused or NobodyThere; if the bus goes down at the last
        moment, the command is in the log nevertheless."""
        verdict = await self._verdict(command)
        wanted = verdict.classes[:CLASSES]
        missing = not verdict.explained.issuperset(wanted)
        if missing and not self._bus.connected:
            raise NobodyThere
        accepted = await self._dispatcher.handle(command, key)
        if missing:
            rotation = (await rotations(self._views)).get(command.image, NONE)
            job = ExplainJob(
                image_id=command.image, model_id=verdict.model_id, classes=wanted, rotation=rotation
            )
            cause = accepted.command_id
            try:
                with spans.sent(CLASSIFY_INTERACTIVE, [spans.Origin(cause, cause)]):
                    message = Message(
                        message_id=derived_id(cause, "explain"),
                        type=job.TYPE,
                        schema_version=job.VERSION,
                        correlation_id=cause,
                        causation_id=cause,
                        traceparent=spans.traceparent(cause),
                        body=encode(job),
                    )
                    await self._bus.publish(CLASSIFY_INTERACTIVE, [message])
            except BusUnavailable as error:
                raise NobodyThere from error
        return accepted

    async def _verdict(self, command: ExplainImage) -> Examination:
        verdicts = await examinations(self._views, command.image)
        model = command.model or await active_model(self._views)
        if model in verdicts:
            return verdicts[model]
        if not verdicts:
            raise NotFound("No classifier has processed such a photo yet.", "image")
        if model is None:
            raise Refused("The active model has not processed this photo yet.", "model")
        raise Refused("“%(model)s” has not processed this photo yet.", "model", model=model)
