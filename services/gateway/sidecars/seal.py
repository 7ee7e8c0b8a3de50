"""The mark by which Albumen knows an XMP file that it wrote itself and nobody has changed since: a digest of the file,
where XMP names the program that wrote it (`x:xmptk`; XMP specification, part 1, section 7.3.3).

Other programs put their own name there when they save the file; an editor of texts leaves a digest that doesn't fit.
"""

import hashlib
import re
from typing import Final

_DIGITS: Final = 32
TOOLKIT: Final = f"Albumen 1 {'0' * _DIGITS}"
"""The value of `x:xmptk` before `sealed` puts in the digest."""
_MARK: Final = re.compile(rb'x:xmptk="Albumen \d+ ([0-9a-f]{32})"')
_WITHIN: Final = 1000
"""Bytes from the start in which the mark must be."""


def sealed(content: bytes) -> bytes:
    """`content`: with TOOLKIT."""
    match = _MARK.search(content, 0, _WITHIN)
    assert match, "The file has no place for the digest."
    return content[: match.start(1)] + _digest(content, match) + content[match.end(1) :]


def is_sealed(content: bytes) -> bool:
    match = _MARK.search(content, 0, _WITHIN)
    return match is not None and match[1] == _digest(content, match)


def _digest(content: bytes, mark: re.Match[bytes]) -> bytes:
    blank = content[: mark.start(1)] + b"0" * _DIGITS + content[mark.end(1) :]
    return hashlib.blake2b(blank, digest_size=_DIGITS // 2).hexdigest().encode()
