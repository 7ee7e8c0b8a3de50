"""A film as every browser plays it: H.264 and AAC in an MP4, whatever it is coded in.

Cameras, phones and old programs have coded films in a dozen ways. Browsers have hardly more than H.264 in common, and
none of them plays the older codecs. Pictures that are H.264 already are copied, whatever their container: to code them
again takes almost as long as to watch them, and makes them worse.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from services.gateway.reading import film, film_copy, reasons
from services.gateway.reading.deinterlacing import Deinterlacing, is_interlaced
from services.gateway.reading.pixels import Unshowable
from services.knowledge.formats import mime

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.filter import Graph
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

LONG_SIDE: Final = 1280
"""Pixels of the long side, at most."""
RATE: Final = 60
"""Pictures a second, at most: slow motion is filmed with 240."""
_PAUSE_S: Final = Fraction(1, RATE)
X264: Final = {"preset": "veryfast", "crf": "23", "maxrate": "6M", "bufsize": "12M", "threads": "1"}
"""FFmpeg's names. One thread: a decoder may have no others. A minute takes up to 45 MB."""
_OUTPUT: Final = {
    "fflags": "+bitexact",
    "movflags": "+hybrid_fragmented+delay_moov+default_base_moof",
    "frag_duration": "1000000",
}
"""FFmpeg's names. While it is written, the MP4 is one of fragments of a second, which a player can play from its
beginning; when it is whole, the same bytes get an index of all of it instead, so that players can seek."""
SAMPLES: Final = 48_000
"""Of sound, a second."""
_UNHEARD: Final = SAMPLES // 10
"""Samples; a shorter gap is no gap."""
_LONGEST: Final = SAMPLES * 3600
"""Samples of silence at a time; a longer gap is a damaged clock."""
_TICKS: Final = Fraction(1, 90_000)
"""Seconds: MPEG's clock, of which the durations of pictures are multiples at all usual rates."""
_PLAYED: Final = frozenset({"yuv420p", "yuvj420p"})
"""Pixel formats in which every browser plays H.264: 8 bits, and a colour for four pixels."""
_TIMED: Final = frozenset({"mov", "matroska", "flv"})
"""FFmpeg's names of containers that say when each picture is shown, as an MP4 has to."""
_TURNS: Final = {1: ("cclock",), 2: ("clock", "clock"), 3: ("clock",)}
"""Quarter turns anticlockwise -> directions of FFmpeg's filter `transpose`."""


def transcoded(source: film_copy.Excerpt, output: film_copy.Output) -> str:
    """Writes the MP4, and returns its media type; nothing of the film's tags is in it. Damaged pictures are left out,
    and sound that can't be decoded.

    Raises Unshowable, MemoryError, and what `output` raises.
    """
    import av

    try:
        options = {"format_whitelist": film.CONTAINERS, "protocol_whitelist": "none"}
        with (
            av.open(source, "r", options=options, metadata_errors="replace") as container,
            av.open(output, "w", format="mp4", options=_OUTPUT) as target,
        ):
            _transcode(container, target)
        return mime("MP4")
    except av.error.MemoryError as error:
        raise MemoryError(str(error)) from error
    except (av.FFmpegError, ValueError) as error:
        why = Exception(getattr(error, "strerror", None) or str(error))
        raise Unshowable(film.DAMAGED.format(reasons.cause(why))) from error


def _transcode(container: "InputContainer", target: "OutputContainer") -> None:
    pictures = film.pictures(container)
    begins_s = Fraction(container.start_time or 0, 1_000_000)
    track: Any = (film_copy.Track if _is_played(container, pictures) else _Pictures)(
        target, pictures, begins_s
    )
    sound = next((_Sound(target, one, begins_s) for one in container.streams.audio if _is_heard(one)), None)
    early: list[Packet[Any]] = []
    """Of sound before the first picture: the file begins with a list of all tracks, which must be known by then."""
    for packet in container.demux([pictures, *([sound.stream] if sound else [])]):
        if packet.stream.index == pictures.index:
            track.put(packet)
        else:
            early.append(packet)
        if sound and track.begun:
            for one in early:
                sound.put(one)
            early.clear()
    track.end()
    if sound:
        for one in early:
            sound.put(one)
        sound.end()


def _is_heard(stream: "AudioStream") -> bool:
    return bool(stream.codec_context and stream.codec_context.sample_rate)


def _is_played(container: "InputContainer", stream: "VideoStream") -> bool:
    timed = not _TIMED.isdisjoint(container.format.name.split(","))
    context = stream.codec_context
    is_h264 = context.codec.canonical_name == "h264"
    return timed and is_h264 and context.pix_fmt in _PLAYED and not is_interlaced(context)


class _Pictures:
    """Decoded, not interlaced, upright, in square pixels, and coded anew."""

    def __init__(self, target: "OutputContainer", stream: "VideoStream", begins_s: Fraction) -> None:
        self._target, self._stream, self._begins_s = target, stream, begins_s
        self._coded: VideoStream | None = None
        self._upright: Graph | None = None
        self._size: tuple[int, int] | None = None
        self._deinterlacing = Deinterlacing()
        self._last_s, self._next_s = Fraction(0), Fraction(-1)
        """When the last picture was shown, and when the next one may be, by RATE."""

    @property
    def begun(self) -> bool:
        """Whether the new track is known: it is of the first picture's size and colours."""
        return self._coded is not None

    def put(self, packet: "Packet[Any]") -> None:
        for frame in _decoded(packet):
            if frame.width * frame.height <= film.MOST_PIXELS:
                for whole in self._deinterlacing.put(frame):
                    self._put_in_time(whole)

    def _put_in_time(self, frame: "VideoFrame") -> None:
        """Unless it's too soon after the last one."""
        at_s = self._shown_s(frame)
        if at_s >= self._next_s:
            self._next_s = max(self._next_s, at_s - _PAUSE_S) + _PAUSE_S
            self._put(frame, round(at_s / _TICKS))

    def _shown_s(self, frame: "VideoFrame") -> Fraction:
        """When, from the beginning: where that is not said, as long after the one before as usual."""
        if frame.pts is not None and frame.time_base:
            self._last_s = frame.pts * frame.time_base - self._begins_s
        else:
            self._last_s += 1 / (self._stream.average_rate or Fraction(25))
        return self._last_s

    def _put(self, frame: "VideoFrame", ticks: int) -> None:
        width, height = self._size = self._size or self._fitting(frame)
        fitting = frame.reformat(width=width, height=height, format="yuv420p", threads=1)
        if self._coded is None:
            self._coded = self._begun(fitting, round(frame.rotation / 90) % 4)
        fitting.pts, fitting.time_base = ticks, _TICKS
        if self._upright:
            self._upright.vpush(fitting)
            fitting = self._upright.vpull()
        self._target.mux(self._coded.encode(fitting))

    def _fitting(self, frame: "VideoFrame") -> tuple[int, int]:
        width, height = film.square(frame, self._stream)
        share = min(1.0, LONG_SIDE / max(width, height))
        return _even(width * share), _even(height * share)

    def _begun(self, frame: "VideoFrame", turn: int) -> "VideoStream":
        """`turn`: quarter turns anticlockwise."""
        size = frame.width, frame.height
        if turn:
            self._upright = _turned(size, turn)
        stream = self._target.add_stream("libx264", rate=RATE, options=X264)
        encoder: Any = stream
        encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = (
            *(size[::-1] if turn % 2 else size),
            "yuv420p",
            _TICKS,
        )
        encoder.codec_context.time_base = _TICKS
        for name in ("color_range", "color_primaries", "color_trc", "colorspace"):
            setattr(encoder.codec_context, name, getattr(frame, name))
        return stream

    def end(self) -> None:
        """Raises Unshowable."""
        for whole in self._deinterlacing.end():
            self._put_in_time(whole)
        if self._coded is None:
            raise Unshowable(film.DAMAGED.format("no picture can be decoded"))
        self._target.mux(self._coded.encode(None))


class _Sound:
    """Decoded, in stereo, and coded anew; silent where there is none."""

    def __init__(self, target: "OutputContainer", stream: "AudioStream", begins_s: Fraction) -> None:
        from av.audio.resampler import AudioResampler

        self._target, self.stream, self._begins_s = target, stream, begins_s
        self._coded: Any = target.add_stream("aac", rate=SAMPLES, layout="stereo")
        self._resampler = AudioResampler("fltp", "stereo", SAMPLES)
        self._samples = 0
        """Coded so far."""

    def put(self, packet: "Packet[Any]") -> None:
        for frame in _decoded(packet):
            late = self._late(frame)
            while late > _UNHEARD:
                self._put(_silence(min(late, SAMPLES)))
                late -= SAMPLES
            frame.pts = None
            for part in self._resampler.resample(frame):
                self._put(part)

    def _late(self, frame: Any) -> int:
        """By how many samples it comes after the last one."""
        if frame.pts is None:
            return 0
        at: Fraction = (frame.pts * frame.time_base - self._begins_s) * SAMPLES
        return min(round(at) - self._samples, _LONGEST)

    def _put(self, part: Any) -> None:
        part.pts, part.time_base = self._samples, Fraction(1, SAMPLES)
        self._samples += part.samples
        self._target.mux(self._coded.encode(part))

    def end(self) -> None:
        for part in self._resampler.resample(None):
            self._put(part)
        self._target.mux(self._coded.encode(None))


def _silence(samples: int) -> Any:
    from av import AudioFrame

    frame = AudioFrame(format="fltp", layout="stereo", samples=samples)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate = SAMPLES
    return frame


def _decoded(packet: "Packet[Any]") -> Iterator[Any]:
    """Nothing of a damaged one."""
    import av

    try:
        yield from packet.decode()
    except av.error.InvalidDataError:
        return


def _turned(size: tuple[int, int], turn: int) -> "Graph":
    from av.filter import Graph
    from av.video.format import VideoFormat

    graph = Graph()
    graph.threads = 1
    steps = [graph.add_buffer(width=size[0], height=size[1], format=VideoFormat("yuv420p"), time_base=_TICKS)]
    steps += [graph.add("transpose", dir=way) for way in _TURNS[turn]]
    graph.link_nodes(*steps, graph.add("buffersink")).configure()
    return graph


def _even(length: float) -> int:
    """H.264 of this pixel format has no odd ones."""
    return max(2, round(length / 2) * 2)
