"""Which requests a reader passes on to its album: what would change it, and what lies only there.

A test compares this with the application's routes. What is no reading and doesn't stand in HERE is passed on, so a new
command is.
"""

from typing import Final

from litestar.types import HTTPScope

from services.gateway.unchanged.answers import UNLESS
from services.gateway.web.security import SAFE

HERE: Final = frozenset(
    {
        *("/sign-in", "/sign-out", "/first-visit"),
        *("/access/password", "/access/sign-out", "/access/tokens"),
        *("/settings/theme", "/settings/language", "/settings/memories", "/settings/tour"),
        *("/history/travel", "/history/now", "/log/{way}"),
        *("/edit", "/pick"),
    }
)
"""POST, but about this browser, or about who may look at the copy; or it only asks."""
THERE: Final = frozenset(
    {
        *("/images/{image_id}/medium", "/images/{image_id}/large", "/images/{image_id}/whole"),
        *("/images/{image_id}/original", "/images/{image_id}/film", "/images/{image_id}/video"),
        *("/s/{secret}", "/s/{secret}/download", "/s/{secret}/{image_id}", "/s/{secret}/{image_id}/{size}"),
        *("/search/like", "/api/images/like"),
        *("/import", "/export", "/commands/{command}", "/asked/{question}"),
        *("/backups", "/backups/{name}", "/backups/{name}/download"),
    }
)
"""GET: photos themselves, what is made of them, what a classifier is asked, what is asked back before a change, and how
jobs are doing."""


def is_elsewhere(scope: HTTPScope) -> bool:
    template = scope["path_template"]
    if scope["method"] not in SAFE:
        return template not in HERE
    return template in THERE or f"{UNLESS}=".encode() in scope["query_string"]
