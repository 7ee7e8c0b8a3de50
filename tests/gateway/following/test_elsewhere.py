"""Which requests a reader passes on, compared with the application's own routes."""

from typing import Any, Final

import pytest

from services.gateway.app import application
from services.gateway.following.elsewhere import HERE, THERE, is_elsewhere

READING: Final = ("GET", "HEAD", "OPTIONS")
PASSED_ON: Final = {
    *("/commands/{command}", "/albums/{album_id}/links"),
    *("/api/backups", "/backups", "/s/{secret}", "/download", "/download/list", "/images/{image_id}/preview"),
}


def routes() -> set[tuple[str, str]]:
    return {
        (method, route.path_format.replace(":str", "").replace(":path", "").replace(":int", ""))
        for route in application().routes
        for method in route.methods or ()
    }


def scope(method: str, template: str, query: bytes = b"") -> Any:
    return {"method": method, "path_template": template, "query_string": query}


def test_both_lists_name_only_routes_that_there_are() -> None:
    everything = routes()
    assert {one for one in HERE if ("POST", one) not in everything} == set()
    assert {one for one in THERE if ("GET", one) not in everything} == set()


def test_every_write_is_passed_on_but_those_that_are_listed() -> None:
    """A new route that writes fails here: it is passed on, so say whether it should be."""
    writes = {template for method, template in routes() if method not in READING}
    assert {one for one in writes if is_elsewhere(scope("POST", one))} == PASSED_ON
    assert not {one for one in HERE if is_elsewhere(scope("POST", one))}


@pytest.mark.parametrize(
    ("method", "template", "query", "passed_on"),
    [
        ("GET", "/", b"", False),
        ("GET", "/images/{image_id}/preview", b"rotation=1", False),
        ("GET", "/images/{image_id}/original", b"", True),
        ("HEAD", "/images/{image_id}/original", b"", True),
        ("GET", "/search", b"q=dog", False),
        ("GET", "/search", b"like=a+dog", True),
        ("GET", "/events", b"", False),
        ("GET", "/commands/{command}", b"", True),
        ("POST", "/commands/{command}", b"", True),
        ("POST", "/sign-in", b"", False),
        ("DELETE", "/anything/new", b"", True),
    ],
)
def test_examples(method: str, template: str, query: bytes, passed_on: bool) -> None:
    assert is_elsewhere(scope(method, template, query)) is passed_on
