"""Videos made in code from pictures made in code."""

import io
from typing import Any

import av
from PIL import Image


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
