"""Settings from `albumen.toml` in the data folder: the environment's, without ALBUMEN_ and in small letters."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

NAME: Final = "albumen.toml"


def variables(folder: Path, kinds: Mapping[str, Any]) -> dict[str, str]:
    """What the file in this folder says, as environment variables; nothing if there is none. `kinds`: variable -> type
    of its value. Paths may begin with `~`, and are relative to the folder. Raises ValueError for a file or key that
    can't be used."""
    path = folder / NAME
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ValueError(f"{path} can't be read ({error.strerror}).") from error
    except ValueError as error:  # tomllib.TOMLDecodeError, UnicodeDecodeError
        raise ValueError(f"{path} is no TOML ({error}).") from error
    named = {name.removeprefix("ALBUMEN_").lower(): (name, kind) for name, kind in kinds.items()}
    texts = {}
    for key, value in content.items():
        if key not in named:
            near = difflib.get_close_matches(key.lower(), [*named], 1)
            meant = f"Did you mean {near[0]}?" if near else f"There are {', '.join(sorted(named))}."
            raise ValueError(f"{path}: there is no setting “{key}”. {meant}")
        name, kind = named[key]
        try:
            texts[name] = _text(value, kind, folder)
        except TypeError as error:
            raise ValueError(f"{path}: {key} must be {error}, not {value!r}.") from None
    return texts


def _text(value: Any, kind: Any, folder: Path) -> str:
    """As in the environment. Raises TypeError, which says what it should be."""
    if kind is bool:
        return str(int(_of(value, bool, "true or false")))
    if kind is int:
        if isinstance(value, bool):
            raise TypeError("a whole number")
        return str(_of(value, int, "a whole number"))
    several = get_args(kind)[-1:] == (Ellipsis,)
    of_paths = Path in (kind, *get_args(kind))
    separator = os.pathsep if of_paths else ","
    them = _of(value, list, "a list of texts") if several else [value]
    parts = [_of(one, str, "a list of texts" if several else "a text") for one in them]
    if several and any(separator in text for text in parts):
        raise TypeError(f"without “{separator}” in it")
    if of_paths:
        parts = [str(folder / Path(text).expanduser()) for text in parts if text]
    return separator.join(parts)


def _of(value: Any, kind: type, what: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(what)
    return value
