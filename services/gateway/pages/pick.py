"""What a field offers while a person chooses a category, an album, a keyword or a person for photos."""

from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import Template

from services.gateway.history.entries import History
from services.gateway.picking.options import Field, options
from services.gateway.queries.choices import Choosable
from services.gateway.tables.pool import Views
from services.gateway.web.answer import part
from services.kernel.log.ids import is_image_id

_PHOTOS: Final = 60
"""Photos that suggestions are made for: of more, pages name a sample."""
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
    ids = [one for one in images.split(",") if is_image_id(one)][:_PHOTOS]
    field = Field(kind=kind, typed=" ".join(q[:_LONGEST].split()), images=ids, without=without)
    return part("partials/options.html", offered=await options(views, history, field), count=len(set(ids)))


ROUTES: Final[list[Any]] = [pick_page]
