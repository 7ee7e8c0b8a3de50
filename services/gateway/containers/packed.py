"""Blocks that are packed, unpacked up to a limit: a hundred bytes can unfold to gigabytes."""

import zlib
from typing import Final

_ZLIB_OR_GZIP: Final = zlib.MAX_WBITS | 32
"""By its header."""
_BARE: Final = -zlib.MAX_WBITS
_STEP: Final = 1 << 16
"""Bytes to ask for at once."""


def inflated(packed: bytes, most: int) -> bytes:
    """Deflate (RFC 1951), with zlib's header, with gzip's or with none: programs disagree about what `deflate` means
    (RFC 9110, 8.4.1.2). Up to `most` bytes and one more. Raises ValueError if it is damaged or cut off."""
    for kind in (_ZLIB_OR_GZIP, _BARE):
        unpacking = zlib.decompressobj(kind)
        try:
            content = unpacking.decompress(packed, most + 1)
        except zlib.error:
            continue
        if unpacking.eof or len(content) > most:
            return content
    raise ValueError("This is not, or not wholly, packed by deflate.")


def unbrotlied(packed: bytes, most: int) -> bytes:
    """Brotli (RFC 7932). Up to `most` bytes and one more. Raises ValueError if it is damaged or cut off."""
    import brotli  # when the first such block comes

    unpacking = brotli.Decompressor()
    content = bytearray()
    try:
        part = unpacking.process(packed, output_buffer_limit=_STEP)
        while part and len(content) <= most:
            content += part
            part = unpacking.process(b"", output_buffer_limit=_STEP)
    except brotli.error as error:
        raise ValueError("This is not packed by Brotli.") from error
    if len(content) > most:
        return bytes(content[: most + 1])
    if not unpacking.is_finished():
        raise ValueError("This is cut off.")
    return bytes(content)
