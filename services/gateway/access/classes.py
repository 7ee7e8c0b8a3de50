"""Who may make which request: every route stands here, and what doesn't is for the owner alone.

A test compares this with the application's routes, so a new route has to be put into one of the classes.
"""

from typing import Final

from litestar.types import HTTPScope

from services.gateway.access.keyring import Role

ANYONE: Final = frozenset(
    {
        "/healthz",
        "/manifest.webmanifest",
        "/sw.js",
        "/offline",
        "/sign-in",
        "/first-visit",
        "/settings/theme",
        "/settings/memories",
        "/settings/tour",
        "/settings/language",
    }
)
"""Needed before somebody has signed in; says nothing about the album and its photos."""
LINK: Final = frozenset(
    {
        *("/s/{secret}", "/s/{secret}/download"),
        *("/s/{secret}/{image_id}", "/s/{secret}/{image_id}/{size}"),
    }
)
"""For whoever has the secret of a share link, which the route itself compares."""
STATIC: Final = "/static/"
"""Its version is part of the route of the style sheets and scripts, which are for anyone as well."""
WORK: Final = frozenset({"/images/{image_id}/preview"})
"""GET, for classifiers as well: what they need of a photo whose id a job tells them; and PUT, for scanners: what a scan
waits for, and nothing else (`scanners.waits_for`)."""
READ: Final = frozenset(
    {
        *("/", "/months", "/years", "/hidden", "/outline", "/outline/ids", "/search", "/search/facets"),
        *("/favorites", "/recent", "/tour", "/folders", "/folders/{path}"),
        *("/log", "/bin", "/bin/removable.sh"),
        *(
            "/search/complete",
            "/search/names",
            "/search/like",
            "/pick",
            "/cameras",
            "/people",
            "/keywords",
            "/places",
            "/places/cities",
            "/places/clusters",
        ),
        *("/categories", "/categories/{category_id}", "/categories/{category_id}/threshold"),
        *("/categories/{category_id}/teach", "/albums", "/albums/{album_id}"),
        *("/images/{image_id}", "/images/{image_id}/medium"),
        "/images/{image_id}/large",
        *("/images/{image_id}/original", "/images/{image_id}/film", "/images/{image_id}/video"),
        *("/images/{image_id}/whole", "/images/{image_id}/where", "/images/{image_id}/around"),
        "/images/{image_id}/place",
        "/images/{image_id}/heat/{class_index}",
        *("/images/{image_id}/similar", "/images/{image_id}/alike"),
        *("/history", "/history/{position}", "/duplicates", "/duplicates/removable.csv"),
        *("/imports/{job_id}", "/imports/{job_id}/failures.csv"),
        *("/duplicates/removable.sh", "/jobs", "/jobs/problems", "/jobs/progress", "/models"),
        *("/models/compare", "/settings", "/commands/{command}", "/events", "/events/stream"),
        "/api/images/like",
        *("/api/images", "/api/images/{image_id}", "/api/images/{image_id}/similar", "/api/categories"),
        *("/api/albums", "/api/albums/{album_id}", "/api/models", "/api/models/compare", "/api/jobs"),
        *("/api/missing", "/api/passed-over", "/api/duplicates", "/api/duplicates/best"),
        "/api/folders",
        *("/readyz", "/metrics", "/schema", "/schema/openapi.json", "/schema/{path}"),
    }
)
"""GET, for those who may look at everything. They see paths and positions."""
ASK: Final = frozenset({"/download", "/download/list", "/pick"})
"""POST, but it only says which photos something is asked of."""
OWN: Final = frozenset(
    {
        "/commands/{command}",
        *("/log/{way}", "/edit", "/asked/{question}"),
        *("/history/travel", "/history/now"),
        "/albums/{album_id}/links",
        *("/import", "/export", "/api/exports"),
        *("/backups", "/backups/{name}", "/backups/{name}/download", "/api/backups"),
        *("/access", "/access/password", "/access/sign-out", "/access/tokens", "/sign-out"),
    }
)
"""For the owner: what changes the album, who else may use it, and copies of the whole log."""
SAFE: Final = ("GET", "HEAD", "OPTIONS")


def needed(scope: HTTPScope) -> Role:
    return needed_for(scope["method"], scope["path_template"])


def needed_for(method: str, template: str) -> Role:
    """The least role that may make a request. `template`: the route's path, as `/albums/{album_id}`."""
    if template in ANYONE | LINK or template.startswith(STATIC):
        return Role.NOBODY
    if template in WORK and method in (*SAFE, "PUT"):
        return Role.WORKER
    return Role.VIEWER if template in (READ if method in SAFE else ASK) else Role.OWNER
