"""The OpenAPI description: Litestar's, and what it can't know of our routes: each command with its body, and every
status that an address answers with."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from inspect import cleandoc
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from services.domain.registry import BY_NAME
from services.domain.subject import Command

Json = dict[str, Any]

_JSON: Final = "application/json"
_REFS: Final = "#/components/schemas/{name}"
WORDS: Final = {
    206: "The part that `Range` asks for",
    303: "To the page in the form’s field `next`",
    304: "As it was for this `If-None-Match`",
    400: "The request makes no sense",
    403: "Asked for by another site’s page",
    404: "There is no such thing",
    409: "Somebody else has changed it since; or this browser looks back in time",
    413: "The body is too large",
    416: "There are no such bytes",
    422: "Refused, with the field and the reason; nothing was changed",
    503: "Not now: it says why",
}
JUDGED: Final = {"/api/images": 422, "/images/{image_id}/around": 422, "/api/images/{image_id}/similar": 422}
"""What checks its parameters itself."""
PICTURES: Final = ("/preview", "/medium", "/large", "/original", "/film", "/heat/{class_index}")
"""Ends of addresses whose content never changes."""
RANGED: Final = ("/original", "/film")
FOUND_BY_QUERY: Final = ("/api/images", "/api/models/compare", "/download", "/download/list")
"""404 without a parameter in the path."""
BODIES: Final[Mapping[str, Json]] = {
    "/events": {"application/x-ndjson": {"schema": {"type": "string"}}},
    "/events/stream": {"text/event-stream": {"schema": {"type": "string"}}},
    "/images/{image_id}/original": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    "/download": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    "/download/list": {
        "text/plain": {"schema": {"type": "string"}},
        "text/csv": {"schema": {"type": "string"}},
    },
}
"""Those that are no JSON, where their handlers decide on the type."""
ACCEPTED: Final[Json] = {
    "type": "object",
    "required": ["command_id", "position", "status_url"],
    "properties": {
        "command_id": {"type": "string", "format": "uuid"},
        "position": {"type": "integer", "minimum": 1},
        "status_url": {"type": "string"},
        "message": {
            "type": "string",
            "description": "What came of it, in the language of `Accept-Language`; may be empty.",
        },
    },
}
PROBLEM: Final[Json] = {
    "type": "object",
    "required": ["status_code", "detail"],
    "properties": {
        "status_code": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence in the language of `Accept-Language`."},
        "extra": {
            "type": "array",
            "description": "The fields that it is about.",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("key", "message", "source")},
            },
        },
    },
}
KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key gives the same command.",
}


class Description(JsonRenderPlugin):
    def render(self, request: Request[Any, Any, Any], openapi_schema: Json) -> bytes:
        return super().render(request, whole(openapi_schema))


def whole(litestars: Json) -> Json:
    schema = deepcopy(litestars)
    paths, schemas = schema["paths"], schema["components"]["schemas"]
    schemas |= {"Problem": PROBLEM, "Accepted": ACCEPTED}
    generic = paths["/commands/{command}"]["post"]
    generic["requestBody"] = _body({"type": "object"})
    types = list(BY_NAME.values())
    bodies, parts = msgspec.json.schema_components(types, ref_template=_REFS)
    schemas |= {name: _plain(part) for name, part in parts.items()}
    for cls, body in zip(types, bodies, strict=True):
        paths[f"/commands/{cls.NAME}"] = {"post": _command(cls, body, generic)}
    for path in ("/download", "/download/list"):
        paths[path]["post"]["requestBody"] = _body(schemas.get("Wanted") or WANTED)
    for path, item in paths.items():
        for method, operation in item.items():
            operation["parameters"] = [_parameter(one) for one in operation.get("parameters", [])]
            _answers(path, method, operation)
    return schema


WANTED: Final[Json] = {
    "type": "object",
    "properties": {
        "images": {
            "type": "array",
            "maxItems": 100_000,
            "items": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        },
        "album": {"type": ["string", "null"]},
        "format": {"type": "string", "enum": ["txt", "csv"]},
    },
}


def _command(cls: type[Command], body: Json, generic: Json) -> Json:
    title = cls.NAME.replace("-", " ").capitalize()
    return {
        "summary": title,
        "operationId": f"Command{title.title().replace(' ', '')}",
        "description": "\n\n".join(filter(None, (cleandoc(cls.__doc__ or ""), generic.get("description")))),
        "tags": ["commands"],
        "parameters": [KEY],
        "requestBody": _body(body),
        "responses": {
            "202": {
                "description": "Accepted, and in the log",
                "content": {_JSON: {"schema": {"$ref": _REFS.format(name="Accepted")}}},
            },
            "303": {"description": WORDS[303]},
        },
    }


def _body(schema: Json) -> Json:
    return {"required": False, "content": {_JSON: {"schema": schema}}}


def _answers(path: str, method: str, operation: Json) -> None:
    responses = operation["responses"]
    if path in BODIES:
        responses["200"]["content"] = BODIES[path]
    for status in sorted({*_statuses(path, method)}):
        if status < 400:
            response: Json = {"description": WORDS[status]}
            if status == 206:
                response["content"] = responses["200"]["content"]
        elif status == 416:
            response = {"description": WORDS[status]}
        else:
            response = {
                "description": WORDS[status],
                "content": {_JSON: {"schema": {"$ref": _REFS.format(name="Problem")}}},
            }
        responses[str(status)] = response
    if path == "/readyz":
        responses["503"]["content"] = responses["200"]["content"]


def _statuses(path: str, method: str) -> Iterator[int]:
    yield from (400, 503)
    if method == "post":
        yield from (403, 404, 409, 413, 422)
    if "{" in path or path in FOUND_BY_QUERY:
        yield 404
    if path in JUDGED:
        yield JUDGED[path]
    if path.endswith(PICTURES):
        yield 304
    if path.endswith(RANGED):
        yield from (206, 416)


def _parameter(parameter: Json) -> Json:
    """A query has no null: what may be left out is optional. (Litestar drops a minimum of 0.)"""
    schema = dict(parameter["schema"])
    choices = [one for one in schema.pop("oneOf", []) if one.get("type") != "null"]
    schema |= choices[0] if len(choices) == 1 else {"oneOf": choices} if choices else {}
    if schema.get("type") == "integer" and parameter["in"] == "query":
        schema.setdefault("minimum", 0)
    return parameter | {"schema": schema}


def _plain(schema: Any) -> Any:
    """Without the lookaheads that Python's `$` needs and other languages' doesn't."""
    if isinstance(schema, dict):
        return {
            name: value.replace(r"(?!\n)", "") if name == "pattern" else _plain(value)
            for name, value in schema.items()
        }
    return [_plain(one) for one in schema] if isinstance(schema, list) else schema
