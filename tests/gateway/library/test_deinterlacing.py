"""Interlaced films come out without combs, each picture in its time."""

import io
from typing import Any

import av
import numpy as np
import pytest

from services.gateway.reading.film_copy import Excerpt
from services.gateway.reading.film_transcode import transcoded

WIDE, HIGH, COUNT, RATE = 160, 96, 20, 25


def bar(at: int) -> Any:
    picture = np.full((HIGH, WIDE, 3), 20, np.uint8)
    picture[:, at % WIDE : at % WIDE + 24] = 230
    return picture


def moving(container: str, codec: str, options: dict[str, str], interlaced: bool = True) -> bytes:
    """A bar that moves by 6 pixels from one field to the next."""
    content = io.BytesIO()
    with av.open(content, "w", format=container) as film:
        stream: Any = film.add_stream(codec, rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDE, HIGH, "yuv420p"
        for number in range(COUNT):
            picture = bar(number * 12)
            if interlaced:
                picture[1::2] = bar(number * 12 + 6)[1::2]
            frame: Any = av.VideoFrame.from_ndarray(picture, "rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return content.getvalue()


def combs(content: bytes) -> float:
    """How much more lines differ from their neighbours than from the lines after those: 0 for whole pictures."""
    with av.open(io.BytesIO(content), "r") as film:
        grey = [frame.to_ndarray(format="gray").astype(float) for frame in film.decode(video=0)]
    return float(
        np.mean([np.abs(np.diff(one, axis=0)).mean() - np.abs(one[2:] - one[:-2]).mean() / 2 for one in grey])
    )


def times(content: bytes) -> list[float]:
    with av.open(io.BytesIO(content), "r") as film:
        return [round(frame.time or 0, 3) for frame in film.decode(video=0)]


def coded(content: bytes) -> bytes:
    output = io.BytesIO()
    transcoded(Excerpt(io.BytesIO(content), 0, len(content)), output)
    return output.getvalue()


TFF = {"x264-params": "tff=1", "crf": "12", "bf": "0"}


@pytest.mark.parametrize(
    ("container", "codec", "options"),
    [
        ("mpegts", "libx264", TFF),
        ("mov", "libx264", TFF),  # H.264 that would otherwise be copied
        ("matroska", "libx264", TFF),
        ("mpegts", "mpeg2video", {"flags": "+ildct+ilme", "field_order": "tt", "qscale": "2"}),
    ],
)
def test_an_interlaced_film_has_no_combs(container: str, codec: str, options: dict[str, str]) -> None:
    content = moving(container, codec, options)
    result = coded(content)
    assert combs(content) > 5
    assert combs(result) < combs(content) / 3
    begin = times(content)[0]
    assert times(result) == pytest.approx([at - begin for at in times(content)], abs=0.01)


def test_a_whole_film_stays_as_it_is() -> None:
    content = moving("mov", "libx264", {"crf": "12", "bf": "0"}, interlaced=False)
    with av.open(io.BytesIO(content), "r") as before, av.open(io.BytesIO(coded(content)), "r") as after:
        for one, other in zip(before.decode(video=0), after.decode(video=0), strict=True):
            assert (one.to_ndarray(format="gray") == other.to_ndarray(format="gray")).all()
