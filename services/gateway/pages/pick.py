"""What a field offers while a person chooses a category, an album, a keyword or a person for photos."""

from collections.abc import Sequence
from typing import Any, Final, get_args

from litestar import get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromQuery, SkipValidation
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK

from services.gateway.history.entries import History
from services.gateway.i18n.language import _
from services.gateway.picking.options import Field, options
from services.gateway.queries.choices import Choosable
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, part
from services.gateway.web.forms import form_of
from services.kernel.log.ids import is_image_id

_PHOTOS: Final = 60
"""Photos that an address can name; a form can name all."""
_LONGEST: Final = 200
"""Characters of a name."""


@get("/pick", include_in_schema=False)
async def pick_page(
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
    kind: FromQuery[Choosable],
    q: FromQuery[str] = "",
    images: FromQuery[str] = "",
    without: FromQuery[str] = "",
) -> Template:
    """`images`: ids, separated by commas."""
    return await _offered(views, history, kind, q, _ids(images)[:_PHOTOS], without)


@post("/pick", include_in_schema=False, status_code=HTTP_200_OK)
async def pick_for_many(
    request: Req,
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
) -> Template:
    """The same fields in a form, for any number of photos. Raises 400 for an unknown `kind`."""
    form = {name: value for name, value in (await form_of(request)).items() if isinstance(value, str)}
    kind = next((one for one in get_args(Choosable) if one == form.get("kind")), None)
    if kind is None:
        raise ClientException(_("This request makes no sense here."))
    ids = _ids(form.get("images", ""))
    return await _offered(views, history, kind, form.get("q", ""), ids, form.get("without", ""))


def _ids(images: str) -> list[str]:
    """Each once."""
    return [one for one in dict.fromkeys(images.split(",")) if is_image_id(one)]


async def _offered(
    views: Views, history: History, kind: Choosable, q: str, ids: Sequence[str], without: str
) -> Template:
    field = Field(kind=kind, typed=" ".join(q[:_LONGEST].split()), images=ids, without=without)
    return part("partials/options.html", offered=await options(views, history, field), count=len(ids))


ROUTES: Final[list[Any]] = [pick_page, pick_for_many]
