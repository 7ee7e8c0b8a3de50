"""A words model as it is published: a folder with `words.json`, which names the other files and pins their digests.

The towers are `.keras` files or SavedModels, the tokenizer is CLIP's file of merges (docs/how-to/words.md).
"""

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from services.inference.installed import SAFE_NAME, ModelRefused, digest
from services.knowledge import vectors

DESCRIPTION: Final = "words.json"
_LARGEST: Final = 1 << 20
"""Bytes of the description."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

_Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\n]*$")]
_Colours = tuple[float, float, float]


class WordsFolder(msgspec.Struct, frozen=True, kw_only=True):
    """`words.json`. Paths are relative to its folder."""

    name: _Line
    source: _Line
    """Where its weights come from, and their licence."""
    image: str
    """The tower of pictures: float32 [n, s, s, 3], scaled by mean and std, to float32 [n, dimensions]. A .keras file or
    the folder of a SavedModel …"""
    text: str
    """… and that of sentences: int32 [n, context] to float32 [n, dimensions]."""
    merges: str
    """The tokenizer's file (`bpe.py`)."""
    input_size: Annotated[int, Meta(ge=16, le=1024)]
    """Pixels of the square picture."""
    dimensions: Annotated[int, Meta(ge=vectors.FEWEST_DIMENSIONS, le=vectors.MOST_DIMENSIONS)]
    context: Annotated[int, Meta(ge=4, le=1024)]
    """Tokens of a sentence, with those before and behind it."""
    mean: _Colours
    """What is subtracted from the red, green and blue of a pixel (0 to 1) …"""
    std: _Colours
    """… and what it is divided by then."""
    padding: Annotated[int, Meta(ge=0)] = 0
    """The token behind the end of a sentence."""
    files: dict[str, str]
    """Path -> SHA-256, hex, of every file but this one."""


def described_words(content: bytes) -> WordsFolder:
    """Raises ModelRefused for a description that is not of a words model."""
    try:
        one = msgspec.json.decode(content, type=WordsFolder)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ModelRefused(f"{DESCRIPTION} does not describe a words model ({error}).") from error
    for path, sha256 in one.files.items():
        if not all(SAFE_NAME.fullmatch(part) for part in path.split("/")) or path == DESCRIPTION:
            raise ModelRefused(f"{DESCRIPTION} names a file that no model may have: “{path[:80]}”.")
        if not _SHA256.fullmatch(sha256):
            raise ModelRefused(f"{DESCRIPTION} has no SHA-256 for {path}.")
    if not min(one.std) > 0:
        raise ModelRefused(f"{DESCRIPTION}: “std” must be above 0.")
    tokenizer = "tokenizer, without which it can’t read a sentence"
    for what, path in (
        ("tower of pictures", one.image),
        ("tower of sentences", one.text),
        (tokenizer, one.merges),
    ):
        if not any(path == file or PurePosixPath(path) in PurePosixPath(file).parents for file in one.files):
            raise ModelRefused(f"The model has no {what}: {DESCRIPTION} pins no file “{path[:80]}”.")
    return one


def whole_folder(folder: Path) -> WordsFolder:
    """Its description, once all files have the digests that it pins. Raises ModelRefused."""
    file = folder / DESCRIPTION
    try:
        if file.stat().st_size > _LARGEST:
            raise ModelRefused(f"{DESCRIPTION} is longer than {_LARGEST:,} bytes.")
        one = described_words(file.read_bytes())
    except OSError as error:
        raise ModelRefused(f"{DESCRIPTION} can't be read ({error.strerror}).") from error
    for path, expected in one.files.items():
        check_pin(folder / path, path, expected)
    return one


def check_pin(file: Path, path: str, expected: str) -> None:
    """Raises ModelRefused unless the file is there and has this SHA-256."""
    try:
        sha256 = digest(file)
    except OSError as error:
        raise ModelRefused(f"Its file {path} can't be read ({error.strerror}).") from error
    if sha256 != expected:
        raise ModelRefused(
            f"Its file {path} is not the one that {DESCRIPTION} pins (SHA-256 {sha256[:16]}…, expected "
            f"{expected[:16]}…)."
        )
