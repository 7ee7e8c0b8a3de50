"""Copies of films hold the pictures and the sound, and nothing that a camera or a program has written beside them."""

import io
from typing import Any, Final

import av
import pytest

from services.gateway.containers.boxes import box
from services.gateway.reading import codec_headers
from services.gateway.reading.film_copy import Excerpt, copied
from services.gateway.reading.pixels import Unshowable
from tests.support.films import film, made, pictures
from tests.support.photos import picture

PACKET: Final = 1024
"""Samples: the last packet is no longer marked as partly silent."""
TRACES: Final = (b"SECRET", b"47.5", b"x264", b"x265", b"Lavf6", b"2019")


def copy(content: bytes, offset: int = 0) -> tuple[bytes, str]:
    output = io.BytesIO()
    media_type = copied(Excerpt(io.BytesIO(content), offset, len(content) - offset), output)
    return output.getvalue(), media_type


def samples(content: bytes) -> int:
    with av.open(io.BytesIO(content), "r") as container:
        return sum(frame.samples for frame in container.decode(audio=0)) if container.streams.audio else 0


@pytest.mark.parametrize(
    ("name", "code", "sound", "media_type"),
    [
        ("mov", "libx264", "aac", "video/mp4"),
        ("mp4", "libx264", None, "video/mp4"),
        ("mp4", "libx265", "aac", "video/mp4"),
        ("mp4", "libsvtav1", "libopus", "video/mp4"),
        ("webm", "libvpx-vp9", "libopus", "video/webm"),
        ("webm", "libvpx", "vorbis", "video/webm"),
        ("webm", "libsvtav1", None, "video/webm"),
    ],
)
def test_pictures_and_sound_stay_and_all_else_goes(
    name: str, code: str, sound: str | None, media_type: str
) -> None:
    content = film(name, code, sound)
    assert any(trace in content for trace in TRACES), "there is something to leave out"
    made_of, kind = copy(content)
    assert kind == media_type
    assert [trace for trace in TRACES if trace in made_of] == []
    assert pictures(made_of) == pictures(content)
    assert 0 <= samples(made_of) - samples(content) < PACKET
    assert bool(sound) == bool(samples(made_of))
    with av.open(io.BytesIO(made_of), "r") as container:
        assert not {"location", "title", "comment", "creation_time"} & set(container.metadata)


def test_a_film_held_upright_stays_upright() -> None:
    content = bytearray(film("mov", "libx264"))
    turned = b"".join(
        number.to_bytes(4, signed=True) for number in (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    )
    track = content.index(b"tkhd") + 4 + 40
    content[track : track + 36] = turned
    for one in (bytes(content), copy(bytes(content))[0]):
        with av.open(io.BytesIO(one), "r") as container:
            assert next(container.decode(video=0)).rotation == -90


def test_what_lies_behind_and_between_the_boxes_goes() -> None:
    """Cameras leave their tracks of positions in boxes of their own, and behind the last one."""
    content = film("mp4", "libx264")
    hidden = (28).to_bytes(4) + b"uuid" + b"SECRET positions 47.5"[:20] + b"SECRET at the end"
    assert b"SECRET" not in copy(content + hidden)[0]
    assert box(copy(content + hidden)[0], b"uuid") is None


def test_captions_with_positions_are_left_out() -> None:
    """As drones write them: a track of text."""
    content = io.BytesIO()
    with (
        av.open(io.BytesIO(film("mp4", "libx264")), "r") as source,
        av.open(content, "w", format="mov") as target,
    ):
        track = target.add_stream_from_template(source.streams.video[0])
        text: Any = target.add_mux_stream("mov_text")
        text.time_base = source.streams.video[0].time_base
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = track
                target.mux(packet)
        caption: Any = av.Packet(b"\x00\x0fSECRET 47.5 9.2")
        caption.pts = caption.dts = 0
        caption.duration, caption.time_base, caption.stream = 1000, text.time_base, text
        target.mux(caption)
    assert b"SECRET 47.5" in content.getvalue()
    made_of = copy(content.getvalue())[0]
    assert b"SECRET" not in made_of
    assert len(pictures(made_of)) == 10


def test_the_film_inside_a_photo() -> None:
    content = film("mp4", "libx264")
    assert pictures(copy(b"SECRET" * 100 + content, 600)[0]) == pictures(content)


def test_sound_that_browsers_cannot_play_is_left_out() -> None:
    made_of = copy(film("mov", "libx264", "pcm_s16le"))[0]
    assert samples(made_of) == 0
    assert len(pictures(made_of)) == 10


@pytest.mark.parametrize("content", [made([picture(1)] * 3), film("mp4", "libx264")[:700], b"", b"no film"])
def test_what_cannot_be_copied_is_told(content: bytes) -> None:
    with pytest.raises(Unshowable, match=r"damaged|can't play"):
        copy(content)


@pytest.mark.parametrize(
    ("reduce", "header"),
    [
        (codec_headers.of_h264, b"\1\x64\0\x1f\xff\xe1\0\4SPS.\1\0\4PPS."),
        (codec_headers.of_h265, b"\1" + bytes(21) + b"\2\xa1\0\1\0\4SPS.\xa7\0\1\0\6SECRET"),
        (codec_headers.without_comment, b"\2\x1e\x09" + b"\1vorbis" + bytes(23) + b"\3vorbis??\5vorbis"),
    ],
)
def test_headers_that_are_cut_off_are_refused(reduce: Any, header: bytes) -> None:
    assert b"SECRET" not in reduce(header)
    for end in range(len(header) - 7):
        with pytest.raises(ValueError, match="cut off"):
            reduce(header[:end])
