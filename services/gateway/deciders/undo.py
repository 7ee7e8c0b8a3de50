"""Undo: the events that take back what a command brought about. Pure: values in, values out.

Nothing is taken out of the log. Each event is answered by one that restores what its stream said before it; where
something else was said of the same thing since then, the later word stays. To undo an undo is to do it again. What
was said of albums is taken back by `album_undo.py`.
"""

from collections.abc import Sequence
from typing import Final

from services.gateway.deciders import categories, jobs
from services.gateway.deciders.errors import Refused
from services.kernel import events as e

UNDOABLE: Final = (
    e.DateCorrected,
    e.ImagesHidden,
    e.ImagesUnhidden,
    e.TimelineHides,
    e.ProblemsIgnored,
    e.ProblemsShown,
    e.ImagesAddedToAlbum,
    e.ImagesRemovedFromAlbum,
    e.AlbumCreated,
    e.AlbumRenamed,
    e.AlbumDescribed,
    e.AlbumCoverSet,
    e.AlbumOrderSet,
    e.AlbumSearchSet,
    e.AlbumDeleted,
    e.AlbumRestored,
    e.AlbumReordered,
    e.CategoryAssigned,
    e.CategoryRejected,
    e.CategoryCleared,
    e.CategoryCreated,
    e.CategoryRenamed,
    e.CategoryMoved,
    e.CategoriesMerged,
    e.CategoryUnmerged,
    e.CategoryHidden,
    e.CategoryUnhidden,
    e.CategoryDeleted,
    e.CategoryRestored,
    e.ThresholdSet,
    e.CategoryTaught,
    e.JobPaused,
    e.JobResumed,
    e.ModelActivated,
)
_DECISIONS: Final = (e.CategoryAssigned, e.CategoryRejected, e.CategoryCleared)


def undo(event: e.Event, before: Sequence[e.Event], after: Sequence[e.Event]) -> list[e.Event]:
    """`before`, `after`: what the event's stream says earlier and later. Raises Refused for what can't be undone."""
    match event:
        case e.DateCorrected(image_id=image):
            later = [other.taken_at for other in after if isinstance(other, e.DateCorrected)]
            if later and later[-1] != event.taken_at:
                return []
            earlier = [other.taken_at for other in before if isinstance(other, e.DateCorrected)]
            return [e.DateCorrected(image_id=image, taken_at=earlier[-1] if earlier else None)]
        case e.ImagesHidden(image_ids=ids):
            return [e.ImagesUnhidden(image_ids=ids)]
        case e.ImagesUnhidden(image_ids=ids):
            return [e.ImagesHidden(image_ids=ids)]
        case e.ProblemsIgnored(files=files, failures=failures):
            return [e.ProblemsShown(files=files, failures=failures)]
        case e.ProblemsShown(files=files, failures=failures):
            return [e.ProblemsIgnored(files=files, failures=failures)]
        case e.TimelineHides():
            if any(isinstance(other, e.TimelineHides) for other in after):
                return []
            hid = [other.category_ids for other in before if isinstance(other, e.TimelineHides)]
            return [e.TimelineHides(category_ids=hid[-1] if hid else [])]
        case e.ModelActivated(model_id=model, previous=previous):
            if previous is None or any(isinstance(other, e.ModelActivated) for other in after):
                return []
            return [e.ModelActivated(model_id=previous, previous=model)]
        case e.CategoryAssigned() | e.CategoryRejected() | e.CategoryCleared():
            return _decision(event, before, after)
        case e.CategoryTaught(category_id=category, taught=taught):
            if any(isinstance(other, e.CategoryTaught) for other in after):
                return []
            return [e.CategoryTaught(category_id=category, taught=not taught)]
        case (
            e.CategoryCreated()
            | e.CategoryRenamed()
            | e.CategoryMoved()
            | e.CategoriesMerged()
            | e.CategoryUnmerged()
            | e.CategoryHidden()
            | e.CategoryUnhidden()
            | e.CategoryDeleted()
            | e.CategoryRestored()
            | e.ThresholdSet()
        ):
            return _category(event, event.category_id, before, after)
        case e.JobPaused(job_id=job) | e.JobResumed(job_id=job):
            return _job(event, job, [*before, event, *after])
    raise Refused("This can't be undone (%(what)s).", "command_id", what=event.TYPE.replace("_", " "))


def _decision(
    event: e.CategoryAssigned | e.CategoryRejected | e.CategoryCleared,
    before: Sequence[e.Event],
    after: Sequence[e.Event],
) -> list[e.Event]:
    def same(other: e.Event) -> bool:
        return isinstance(other, _DECISIONS) and other.category_id == event.category_id

    later = [other for other in after if same(other)]
    if later and later[-1] != event:
        return []
    earlier = [other for other in before if same(other)]
    if earlier:
        return [earlier[-1]]
    return [e.CategoryCleared(image_id=event.image_id, category_id=event.category_id)]


def _category(
    event: e.Event, category_id: str, before: Sequence[e.Event], after: Sequence[e.Event]
) -> list[e.Event]:
    unnamed = categories.Category("")  # of a label: its name is not known here
    then: categories.Category | None = categories.initial(category_id) or unnamed
    for other in before:
        then = categories.evolve(then, other)
    now = then
    for other in (event, *after):
        now = categories.evolve(now, other)
    if now is None or then is None:
        return []
    match event:
        case e.CategoryCreated() | e.CategoryRestored() if not now.deleted:
            return [e.CategoryDeleted(category_id=category_id)]
        case e.CategoryDeleted() if now.deleted:
            return [e.CategoryRestored(category_id=category_id)]
        case e.CategoryRenamed(name=name) if now.name == name and then.name:
            return [e.CategoryRenamed(category_id=category_id, name=then.name)]
        case e.CategoryMoved(group_id=group_id) if now.group_id == group_id:
            return [e.CategoryMoved(category_id=category_id, group_id=then.group_id)]
        case e.CategoriesMerged(into_id=into) if now.merged_into == into:
            return [e.CategoryUnmerged(category_id=category_id)]
        case e.CategoryUnmerged() if now.merged_into is None and then.merged_into:
            return [e.CategoriesMerged(category_id=category_id, into_id=then.merged_into)]
        case e.CategoryHidden() if now.hidden:
            return [e.CategoryUnhidden(category_id=category_id)]
        case e.CategoryUnhidden() if not now.hidden:
            return [e.CategoryHidden(category_id=category_id)]
        case e.ThresholdSet(threshold=threshold) if now.chosen == threshold:
            return [e.ThresholdSet(category_id=category_id, threshold=then.chosen)]
    return []


def _job(event: e.Event, job_id: str, events: Sequence[e.Event]) -> list[e.Event]:
    """Nothing when the job has ended, or somebody paused or resumed it since."""
    now = None
    for other in events:
        now = jobs.evolve(now, other)
    if now is None or now.ended or now.paused != isinstance(event, e.JobPaused):
        return []
    return [e.JobResumed(job_id=job_id) if now.paused else e.JobPaused(job_id=job_id)]
