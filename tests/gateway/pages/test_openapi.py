"""The OpenAPI description says what is served: every call, each command with its body, every status."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from litestar.routes import HTTPRoute

from services.domain.registry import BY_NAME
from tests.gateway.pages.seeded import image_id
from tests.support.stack import Stack


@pytest_asyncio.fixture(loop_scope="module")
async def schema(client: httpx.AsyncClient) -> Any:
    first = await client.get("/schema/openapi.json")
    assert (await client.get("/schema/openapi.json")).content == first.content
    return first.json()


async def test_every_route_for_programs_is_described(shared: Stack, schema: dict[str, Any]) -> None:
    for route in shared.app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            if handler.resolve_include_in_schema():
                methods = {method.lower() for method in handler.http_methods} - {"options"}
                assert methods <= set(schema["paths"][route.path_format]), route.path


async def test_every_command_is_described_with_its_fields(schema: dict[str, Any]) -> None:
    for name, cls in BY_NAME.items():
        operation = schema["paths"][f"/commands/{name}"]["post"]
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        fields = schema["components"]["schemas"][body["$ref"].rpartition("/")[2]]
        assert set(fields.get("properties", {})) == set(cls.__struct_fields__)
        assert {"202", "303", "400", "403", "404", "409", "413", "422", "503"} <= set(operation["responses"])


async def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    def references(part: Any) -> list[str]:
        if isinstance(part, list):
            return [one for each in part for one in references(each)]
        if not isinstance(part, dict):
            return []
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [one for each in part.values() for one in references(each)]

    names = {reference.removeprefix("#/components/schemas/") for reference in references(schema)}
    assert names <= set(schema["components"]["schemas"])
    assert "Problem" in names


@pytest.mark.parametrize(
    ("method", "path", "url"),
    [
        ("get", "/api/images", "/api/images?limit=0"),
        ("get", "/api/images", "/api/images?album=none"),
        ("get", "/api/images/{image_id}", "/api/images/none"),
        ("get", "/events", "/events?after=-1"),
        ("get", "/images/{image_id}/preview", f"/images/{image_id(1)}/preview"),
        ("get", "/images/{image_id}/original", f"/images/{image_id(1)}/original"),
        ("get", "/images/{image_id}/around", f"/images/{image_id(1)}/around?limit=0"),
        ("get", "/readyz", "/readyz"),
        ("post", "/commands/create-album", "/commands/create-album"),
        ("post", "/download", "/download"),
        ("post", "/download/list", "/download/list"),
    ],
)
async def test_an_answer_has_a_status_and_a_type_of_the_schema(
    client: httpx.AsyncClient, schema: dict[str, Any], method: str, path: str, url: str
) -> None:
    for headers in ({}, {"Range": "bytes=0-9"}, {"Range": "bytes=99999999-"}, {"Host": "evil.example"}):
        answer = await client.request(method, url, headers={"Accept": "*/*"} | headers)
        described = schema["paths"][path][method]["responses"][str(answer.status_code)]
        kinds = described.get("content", {})
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        assert "*/*" in kinds or kind in kinds or not answer.content, (answer.status_code, kind)
        if answer.status_code >= 400 and answer.content and headers.get("Host") is None:
            assert set(answer.json()) >= {"status_code", "detail"}
