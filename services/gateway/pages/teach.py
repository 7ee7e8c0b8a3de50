"""Teaching a category: it asks about photos that it has found, and every answer improves it."""

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from services.gateway.grid.shapes import shape
from services.gateway.i18n.builtin_names import named
from services.gateway.i18n.language import _
from services.gateway.queries import lessons
from services.gateway.queries.active_learning import questions
from services.gateway.queries.categories import category, threshold
from services.gateway.queries.coherence import coherent
from services.gateway.queries.descriptions import description, has_words_model
from services.gateway.queries.feedback import answers
from services.gateway.queries.lessons import FROM_EXAMPLES, Asked
from services.gateway.queries.thresholds import Change, Near, change, passed
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page
from services.kernel.clock import today
from services.knowledge.feedback import Measured, better_threshold, measured

EXAMPLES: Final = 24
P = TypeVar("P", Asked, Near)
_MOVING: Final = 12
"""Photos shown that another threshold would add or remove."""


class Proposal(msgspec.Struct, frozen=True):
    """A threshold that a person's answers speak for."""

    value: float
    change: Change
    moving: list[tuple[Near, str]]
    """Some of the photos that would come or go, each with its shape."""


class Feedback(msgspec.Struct, frozen=True):
    """What a person's answers say of what models in use see."""

    now: float
    measured: Measured | None
    proposal: Proposal | None


@get("/categories/{category_id:str}/teach", include_in_schema=False)
async def teach_page(request: Req, views: NamedDependency[Views], category_id: FromPath[str]) -> Template:
    match = await category(views, category_id)
    if match is None or match.kind != "category":
        raise NotFoundException(_("There is no such category."))
    lesson = next(iter(await lessons.lessons(views, category_id)), None)
    examples = await lessons.answered(views, category_id, True, EXAMPLES)
    return page(
        request,
        "pages/teach.html",
        nav="categories",
        title=_("Teach “%(name)s”", name=named(match.name)),
        category=match,
        taught=await lessons.taught(views, category_id),
        learning=lesson is not None and lesson.due,
        needs=max(0, FROM_EXAMPLES - (lesson.examples if lesson else 0)),
        coherent=lesson is None or await coherent(views, lesson),
        learned_from=lesson.examples if lesson else 0,
        asked=_shaped(await questions(views, category_id, today().toordinal())),
        examples=_shaped(examples),
        refused=_shaped(await lessons.answered(views, category_id, False, EXAMPLES)),
        count=await lessons.found(views, category_id),
        unseen=await lessons.unseen(views, category_id),
        feedback=await _feedback(views, category_id),
        description=await description(views, category_id),
        has_words_model=await has_words_model(views),
    )


async def _feedback(views: Views, category_id: str) -> Feedback | None:
    """None if no score counts there, as in a category of the person's own."""
    line, judgements = await threshold(views, category_id), await answers(views, category_id)
    if line is None or not line.graded or not judgements:
        return None
    value, proposal = better_threshold(judgements, line.now), None
    if value is not None:
        moving = await passed(views, category_id, line.now, value, _MOVING)
        proposal = Proposal(value, await change(views, category_id, line.now, value), _shaped(moving))
    return Feedback(line.now, measured(judgements, line.now), proposal)


def _shaped(photos: Sequence[P]) -> list[tuple[P, str]]:
    return [(photo, shape(photo.width, photo.height)) for photo in photos]


ROUTES = [teach_page]
