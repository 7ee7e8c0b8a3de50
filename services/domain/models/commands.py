"""Choosing the classifier that categories come from."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.fields import Id
from services.domain.models.events import ModelActivated
from services.domain.subject import Command, Decision, Event, Known, NotFound
from services.kernel.sentence import Sentence, Spoken


class ActivateModel(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "activate_model"
    NAME: ClassVar[str] = "activate-model"
    model_id: Id

    async def decide(self, known: Known) -> Decision:
        active = await known.active_model()
        if self.model_id not in await known.models():
            raise NotFound("There is no model called “%(model)s”.", "model_id", model=self.model_id)
        if self.model_id == active:
            return Decision()
        return Decision([ModelActivated(model_id=self.model_id, previous=active)])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Categories now come from %(model)s", model=self.model_id)
