"""The classifiers side by side, and which one the categories come from."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from services.gateway.controllers.answer import Req, page
from services.gateway.queries.models import models
from services.gateway.queries.views import Views


@get("/models", include_in_schema=False)
async def models_page(request: Req, views: NamedDependency[Views]) -> Template:
    return page(request, "pages/models.html", nav="models", title="Models", models=await models(views))


ROUTES = [models_page]
