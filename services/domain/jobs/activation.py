"""Choosing the classifier that categories come from, at once or after a job that classifies with it."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from services.domain.fields import Id
from services.domain.jobs.events import ClassificationRequested
from services.domain.models.choice import model_in_use
from services.domain.models.events import ModelActivated, ModelRegistered
from services.domain.subject import Command, Decision, Event, Known, NotFound, Refused, event_of
from services.domain.words import ModelName
from services.kernel.sentence import Sentence, Spoken


class ActivateModel(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "activate_model"
    NAME: ClassVar[str] = "activate-model"
    model_id: Id
    when: Literal["now", "classified"] = "now"
    """`classified`: once the model has classified all photos; a job does so first if there are others."""

    async def decide(self, known: Known) -> Decision:
        active, versions = await model_in_use(known)
        registered = await self._registered(known)
        if self.model_id not in await known.models() and not registered:
            raise NotFound("There is no model called “%(model)s”.", "model_id", model=self.model_id)
        if registered and registered.kind == "boxes":
            raise Refused(
                "%(model)s finds people and things; categories come from a classifier.",
                "model_id",
                model=registered.name,
            )
        if registered and registered.kind == "words":
            raise Refused(
                "%(model)s compares photos with words; categories come from a classifier.",
                "model_id",
                model=registered.name,
            )
        if self.model_id == active:
            return Decision()
        if self.when == "classified" and await known.has_unclassified(self.model_id):
            return Decision(
                [
                    ClassificationRequested(
                        job_id=str(known.command_id),
                        model_id=self.model_id,
                        scope="unclassified",
                        activates=True,
                    )
                ]
            )
        return Decision([ModelActivated(model_id=self.model_id, previous=active)], versions)

    async def _registered(self, known: Known) -> ModelRegistered | None:
        """The last time: perhaps a moment ago, so that the read tables don't have it yet."""
        events = [event_of(row) for row in await known.stream(f"model-{self.model_id}")]
        return next((one for one in reversed(events) if isinstance(one, ModelRegistered)), None)

    def toast(self, events: Sequence[Event]) -> Spoken:
        if any(isinstance(event, ClassificationRequested) for event in events):
            return Sentence(
                "Categories come from %(model)s once it has classified all photos",
                model=ModelName(self.model_id),
            )
        return Sentence("Categories now come from %(model)s", model=ModelName(self.model_id))
