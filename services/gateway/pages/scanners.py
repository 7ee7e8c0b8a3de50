"""What scanners bring: previews of photos that a scan asks for."""

import asyncio
from typing import Final
from uuid import UUID

import structlog
from litestar import Response, put
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException, ServiceUnavailableException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.status_codes import HTTP_204_NO_CONTENT, HTTP_409_CONFLICT

from services.gateway.i18n.language import _
from services.gateway.scanners.incoming_previews import keep
from services.gateway.scanners.scanners import Scanners
from services.gateway.web.answer import Req, unprocessable
from services.kernel.log.ids import is_image_id
from services.kernel.settings import Settings

log = structlog.get_logger(__name__)


@put("/images/{image_id:str}/preview", include_in_schema=False, status_code=HTTP_204_NO_CONTENT)
async def take_preview(
    request: Req,
    settings: NamedDependency[Settings],
    scanners: NamedDependency[SkipValidation[Scanners]],
    image_id: FromPath[str],
    scan: FromQuery[UUID],
) -> Response[None]:
    """`scan`: the id of the message that asked for it. 409 if nobody waits for it any more, 422 if it is no preview of
    this photo. Between programs of one version, which the schema leaves out."""
    if not is_image_id(image_id):
        raise NotFoundException(_("There is no such photo in the library."))
    if not scanners.waits_for(scan):
        raise HTTPException(status_code=HTTP_409_CONFLICT, detail=_("No scan waits for this preview."))
    try:
        kept = await asyncio.to_thread(keep, settings.previews, image_id, await request.body())
    except OSError as error:
        log.warning("a preview that a scanner has brought can't be kept", reason=str(error))
        raise ServiceUnavailableException(
            _("What you sent can’t be stored on the disk: %(why)s.", why=error.strerror or error)
        ) from error
    if not kept:
        raise unprocessable(_("This is no preview of this photo."))
    return Response(None, status_code=HTTP_204_NO_CONTENT)


ROUTES: Final[list[HTTPRouteHandler]] = [take_preview]
