"""What is classified without being asked for: photos that are new, or were rotated."""

from services.domain.jobs.commands import ClassifyImages
from services.gateway.queries.reads import Work
from services.kernel.settings import Settings


async def next_classification(work: Work, settings: Settings) -> ClassifyImages | None:
    """The command for what is still to be classified; once nothing is, for photos in which to look for people and
    things, and then for those that words models have not seen. None while a job does it, or a person keeps that
    paused."""
    beside = await work.models_beside()
    jobs = {
        job.model_id
        for job in await work.unfinished()
        if job.kind == "classify" and job.scope == "unclassified"
    }
    if jobs - beside.keys():
        return None
    if await work.never_tried(await work.active_model() or settings.model):
        return ClassifyImages()
    for model, kind in beside.items():
        wanted = model not in jobs and (settings.detect or kind != "boxes")
        if wanted and await work.never_tried(model):
            return ClassifyImages(model=model)
    return None
