"""Example messages: one of each type, and for each field one more per kind of value it may hold."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType

WORDS: dict[str, list[Any]] = {
    "taken_at": ["2016-06-12T14:03:00+02:00", "2016-06-12", "yesterday"],
    "category_id": ["dog", "own", "gone"],
    "group_id": ["animals", "gone"],
    "into_id": ["own", "gone"],
    "category_ids": [[], ["dog"], ["dog", "own", "gone"]],
    "order": ["album", "taken_at", "-taken_at"],
    "reason": [
        "The file is empty.",
        "The picture's header is damaged (Permission denied).",
        "Something else.",
    ],
    "threshold": [None, 0.1, 0.35, 1.0],
    "roots": [["/photos"], ["/photos", "/more"]],
    "class_index": [7],
    "sidecar_read.kind": ["takeout", "xmp"],
}
"""Field -> values that change the sentence; other fields get values by type."""


def of_type(hint: Any) -> list[Any]:
    """One value of each kind that a field of this type may hold."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return of_type(arguments[0])
    if origin is Literal:
        return list(arguments)
    if origin in (Union, types.UnionType):
        return [value for one in arguments for value in of_type(one)]
    if origin is list:
        one = of_type(arguments[0])[0]
        other = "b" if isinstance(one, str) else one
        return [[one], [one, other], [one, other, other], []]
    if origin is tuple:
        return [tuple(of_type(one)[0] for one in arguments)]
    simple: dict[Any, list[Any]] = {
        str: ["a", ""],
        int: [2, 0, 1, 15000],
        float: [0.5, 0.0],
        bool: [True, False],
        bytes: [b"\0"],
        type(None): [None],
        UnsetType: [UNSET],
    }
    if hint in simple:
        return simple[hint]
    return [next(variants(hint))]


def variants(cls: Any) -> Iterator[Any]:
    """The plainest first; then variants that differ from it in one field."""
    hints = get_type_hints(cls, include_extras=True)
    values: dict[str, list[Any]] = {
        field.name: WORDS.get(f"{getattr(cls, 'TYPE', '')}.{field.name}")
        or WORDS.get(field.name)
        or of_type(hints[field.name])
        for field in msgspec.structs.fields(cls)
    }
    first = {name: options[0] for name, options in values.items()}
    yield cls(**first)
    for name, options in values.items():
        for other in options[1:]:
            yield cls(**first | {name: other})
