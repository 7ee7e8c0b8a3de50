"""Whole pictures from those of interlaced films, whose odd and even lines were filmed one after the other: what moves
has combs on a screen that shows both at once. Camcorders and television have filmed so.

FFmpeg's filter `bwdif` (Bob Weaver Deinterlacing Filter) keeps pictures that are whole already.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from av.codec.context import CodecContext
    from av.filter import Graph
    from av.video.frame import VideoFrame

_HOW: Final = {"mode": "send_frame", "deint": "interlaced"}
_WHOLE: Final = frozenset({0, 1})
"""FFmpeg's AV_FIELD_UNKNOWN and AV_FIELD_PROGRESSIVE."""


def is_interlaced(context: "CodecContext") -> bool:
    """As far as a film's header says it."""
    return int(getattr(context, "field_order", 0)) not in _WHOLE


class Deinterlacing:
    """Nothing is done before the first interlaced picture; from then on each comes out with the next one."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._shape: tuple[int, int, str] | None = None

    def put(self, frame: "VideoFrame") -> Iterator["VideoFrame"]:
        shape = frame.width, frame.height, frame.format.name
        if shape != self._shape:
            yield from self.end()
            if frame.interlaced_frame and frame.time_base:
                self._graph, self._shape = _graph(frame), shape
        if self._graph is None:
            yield frame
        else:
            self._graph.vpush(frame)
            yield from self._ready()

    def end(self) -> Iterator["VideoFrame"]:
        """The last one."""
        if self._graph:
            self._graph.vpush(None)
            yield from self._ready()
        self._graph = self._shape = None

    def _ready(self) -> Iterator["VideoFrame"]:
        import av

        while self._graph:
            try:
                yield self._graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return


def _graph(frame: "VideoFrame") -> "Graph":
    from av.filter import Graph

    graph = Graph()
    graph.threads = 1
    assert frame.time_base
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    graph.link_nodes(source, graph.add("bwdif", **_HOW), graph.add("buffersink")).configure()
    return graph
