"""Imports from other programs: started, reported, taken back."""

import csv
import io
from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Template

from services.domain.imports.commands import ImportMetadata
from services.domain.imports.events import MOST_FAILURES
from services.gateway.i18n.builtin_names import reason
from services.gateway.i18n.language import _
from services.gateway.queries import imports
from services.gateway.running.job_status import Jobs, JobStatus
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page
from services.kernel.paths import from_text

ON_THE_PAGE: Final = 500
"""Failures on a page; the file has all."""


@get("/import", include_in_schema=False)
async def import_page(
    request: Req, jobs: NamedDependency[SkipValidation[Jobs]], source: FromQuery[str] = ""
) -> Template:
    """`source`: a path to begin with."""
    recent = [job for job in await jobs.recent() if job.type == ImportMetadata.TYPE]
    title = _("Import from another program")
    return page(request, "pages/import.html", nav="jobs", title=title, imports=recent, source=source)


@get("/imports/{job_id:str}", include_in_schema=False)
async def report_page(
    request: Req,
    views: NamedDependency[Views],
    jobs: NamedDependency[SkipValidation[Jobs]],
    job_id: FromPath[str],
) -> Template:
    job, source = await _import(views, jobs, job_id)
    failures = await imports.failures(views, job_id, ON_THE_PAGE)
    return page(
        request,
        "pages/import_report.html",
        nav="jobs",
        title=_("Import"),
        job=job,
        source=source,
        failures=failures,
    )


@get("/imports/{job_id:str}/failures.csv", summary="What an import could not take in", media_type="text/csv")
async def report_file(
    views: NamedDependency[Views], jobs: NamedDependency[SkipValidation[Jobs]], job_id: FromPath[str]
) -> Response[bytes]:
    """A table: the file, the photo in it, and why."""
    await _import(views, jobs, job_id)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("file", "photo", "reason"))
    writer.writerows(
        (_safe(from_text(path)), _safe(from_text(name)), reason(why))
        for path, name, why in await imports.failures(views, job_id, MOST_FAILURES)
    )
    headers = {"Content-Disposition": 'attachment; filename="not-imported.csv"'}
    content = text.getvalue().encode("utf-8", "surrogateescape")
    return Response(content, media_type="text/csv", headers=headers)


def _safe(name: str) -> str:
    """No formula, to whatever program opens the table."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name


async def _import(views: Views, jobs: Jobs, job_id: str) -> tuple[JobStatus, str]:
    """Raises NotFoundException."""
    source, job = await imports.source(views, job_id), await jobs.status(job_id)
    if source is None or job is None:
        raise NotFoundException(_("There is no such import."))
    return job, source


ROUTES: Final[list[Any]] = [import_page, report_page, report_file]
