"""A film's pictures and sound in a new container, and nothing else of it: for people with a share link.

What a camera writes into a film (places, times, serial numbers, what it was edited with) has many homes: tags and
boxes, tracks of measurements or captions, messages between the pictures, comments in the codecs' headers. None of them
is looked for: of the original only the coded pictures and sound of one track each are taken, with what a decoder needs
to start. So a film's hidden corners can't be forgotten, but for what is coded as picture or sound.
"""

import io
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

from services.gateway.reading import codec_headers, coded_units, film, reasons
from services.gateway.reading.pixels import Unshowable
from services.knowledge.formats import mime

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer

MATROSKA: Final = "matroska"
NOT_PLAYABLE: Final = "Its pictures are coded in a way that browsers can't play ({})."

_Header = Callable[[bytes], bytes]
_Packets = Callable[[bytes], Callable[[bytes], bytes]]


def _none(_header: bytes) -> bytes:
    return b""


def _same(header: bytes) -> bytes:
    return header


_CODECS: Final[dict[str, tuple[_Header, _Packets]]] = {
    "h264": (codec_headers.of_h264, coded_units.of_h264),
    "hevc": (codec_headers.of_h265, coded_units.of_h265),
    "av1": (codec_headers.short_av1, coded_units.of_av1),
    "vp8": (_none, coded_units.as_it_is),
    "vp9": (_none, coded_units.as_it_is),
    "aac": (_same, coded_units.as_it_is),
    "mp3": (_none, coded_units.as_it_is),
    "opus": (_same, coded_units.as_it_is),
    "flac": (_same, coded_units.as_it_is),
    "vorbis": (codec_headers.without_comment, coded_units.as_it_is),
}
"""What browsers play -> what is kept of the codec's header, and of each packet."""


class Output(Protocol):
    """Where the copy is written."""

    def write(self, content: bytes, /) -> int: ...
    def seek(self, position: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...


class Excerpt(io.RawIOBase):
    """The part of an open file in which a film lies: the whole of it, or the end of a motion photo."""

    def __init__(self, file: BinaryIO, offset: int, length: int) -> None:
        self._file, self._offset, self._length = file, offset, length
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._offset + self._position)
        content = self._file.read(max(0, min(len(buffer), self._length - self._position)))
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)

    def seek(self, position: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, start + position)
        return self._position

    def tell(self) -> int:
        return self._position


def copied(source: Excerpt, output: Output) -> str:
    """Writes the copy, and returns its media type. Nothing is decoded, so it takes about as long as reading the film.

    Sound that browsers can't play is left out. Raises Unshowable, MemoryError, and what `output` raises.
    """
    import av

    try:
        options = {"format_whitelist": film.CONTAINERS, "protocol_whitelist": "none"}
        with av.open(source, "r", options=options, metadata_errors="replace") as container:
            name = "webm" if MATROSKA in container.format.name else "mp4"
            with av.open(output, "w", format=name, options={"fflags": "+bitexact"}) as target:
                _copy(container, target)
        return mime(name)
    except av.error.MemoryError as error:
        raise MemoryError(str(error)) from error
    except (av.FFmpegError, ValueError) as error:
        why = Exception(getattr(error, "strerror", None) or str(error))
        raise Unshowable(film.DAMAGED.format(reasons.cause(why))) from error


def _copy(container: "InputContainer", target: "OutputContainer") -> None:
    streams: list[Any] = [film.pictures(container)]
    if _codec(streams[0]) not in _CODECS:
        raise Unshowable(NOT_PLAYABLE.format(_codec(streams[0])))
    streams += [sound for sound in container.streams.audio if _codec(sound) in _CODECS][:1]
    tracks = {stream.index: Track(target, stream) for stream in streams}
    for packet in container.demux(streams):
        tracks[packet.stream.index].put(packet)


def _codec(stream: Any) -> str:
    return stream.codec_context.codec.canonical_name if stream.codec_context else ""


class Track:
    """A copy of a stream in a new container."""

    def __init__(self, target: "OutputContainer", stream: Any, begins_s: Fraction = Fraction(0)) -> None:
        """`begins_s`: what becomes the copy's beginning, in seconds of the stream's clock."""
        header, packets = _CODECS[_codec(stream)]
        kept = header(stream.codec_context.extradata or b"")
        self._target = target
        self._track: Any = target.add_stream_from_template(stream, opaque=True)
        self._track.codec_context.extradata = kept
        self._track.metadata.clear()
        self._reduced = packets(kept)
        """Leaves of a packet what belongs there."""
        self._begins = round(begins_s / stream.time_base)
        self._first: list[Any] | None = []
        """Packets that don't say when they are decoded; None after them: Matroska has no such times, and FFmpeg knows
        them only once it has seen in which order the pictures are shown."""

    begun: Final = True
    """The new track is known from the start."""

    def put(self, packet: Any) -> None:
        if packet.dts is None:
            if packet.pts is not None and self._first is not None:
                self._first.append(packet)
            return
        for number, one in enumerate(reversed(self._first or []), 1):
            one.dts = packet.dts - number
        for one in [*(self._first or []), packet]:
            self._target.mux(self._bare(one))
        self._first = None

    def _bare(self, packet: Any) -> Any:
        """Without what its container adds to it."""
        from av.packet import Packet

        bare: Any = Packet(self._reduced(bytes(packet)))
        bare.pts = None if packet.pts is None else packet.pts - self._begins
        bare.dts, bare.duration = packet.dts - self._begins, packet.duration
        bare.time_base, bare.is_keyframe = packet.time_base, packet.is_keyframe
        bare.stream = self._track
        return bare

    def end(self) -> None:
        """All has been written."""
