"""Videos made in code from pictures made in code."""

import io
from typing import Any, Final

import av
import numpy as np
from PIL import Image

from tests.support.priority import ordinary

SECRETS: Final = {
    "location": "+47.5000+009.2500/",
    "com.apple.quicktime.location.ISO6709": "+47.5000+009.2500/",
    "make": "SECRET make",
    "title": "SECRET title",
    "comment": "SECRET comment",
}


@ordinary()
def made(
    frames: list[Image.Image],
    file_format: str = "mp4",
    codec: str = "mpeg4",
    shape: int = 1,
    rate: int = 10,
    flags: str = "use_metadata_tags",
    **metadata: Any,
) -> bytes:
    """`rate` frames a second; pixels are `shape` times as wide as high. `flags`: FFmpeg's, for MP4 and QuickTime."""
    content = io.BytesIO()
    with av.open(content, "w", format=file_format, options={"movflags": flags} if flags else {}) as container:
        container.metadata.update({key.replace("__", "."): value for key, value in metadata.items()})
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *frames[0].size, "yuv420p"
        if codec == "mjpeg":
            stream.pix_fmt = "yuvj420p"
        stream.codec_context.sample_aspect_ratio = shape
        for image in frames:
            container.mux(stream.encode(av.VideoFrame.from_image(image)))  # type: ignore[no-untyped-call]
        container.mux(stream.encode(None))
    return content.getvalue()


@ordinary()
def film(
    name: str, pictures: str, sound: str | None = None, seconds: int = 1, taken: str = "2019-03-04T05:06:07Z"
) -> bytes:
    """With secrets wherever FFmpeg writes them: about the film, its tracks and, with Vorbis, in the sound's header."""
    content = io.BytesIO()
    options = {"movflags": "use_metadata_tags"} if name in ("mp4", "mov") else {}
    with av.open(content, "w", format=name, options=options) as container:
        container.metadata.update(SECRETS | {"creation_time": taken})
        track: Any = container.add_stream(pictures, rate=10)
        track.width, track.height, track.pix_fmt = 64, 48, "yuv420p"
        track.metadata["title"] = "SECRET track"
        heard: Any = None
        if sound:
            experimental = {"strict": "-2"} if sound == "vorbis" else {}
            heard = container.add_stream(sound, rate=48000, options=experimental)
            heard.layout = "stereo"
            heard.metadata["title"] = "SECRET sound"
        for number in range(10 * seconds):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 8, np.uint8), "rgb24")
            frame.pts = number
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
        if heard:
            silence: Any = av.AudioFrame.from_ndarray(np.zeros((2, 48000), np.float32), "fltp", "stereo")
            silence.rate = 48000
            resampler = av.AudioResampler(heard.format, heard.layout, 48000)
            for part in resampler.resample(silence):
                container.mux(heard.encode(part))
            container.mux(heard.encode(None))
    return content.getvalue()


def pictures(content: bytes) -> list[tuple[float, bytes]]:
    """When each is shown, in seconds, and its pixels."""
    with av.open(io.BytesIO(content), "r") as container:
        return [(float(frame.time or 0), frame.to_ndarray().tobytes()) for frame in container.decode(video=0)]
