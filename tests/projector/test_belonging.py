"""Live photos, edited copies, successors and bursts: relations between pictures, in whatever order they arrive."""

from itertools import islice, permutations, product
from typing import Any

import msgspec
import pytest

from services.domain.categories.decisions import CategoryRejected
from services.domain.files.events import (
    FileAdded,
    FileMissing,
    FileMoved,
    FileReplaced,
    FileReturned,
    ImageImported,
)
from services.domain.photos.hiding import ImagesHidden, ImagesUnhidden
from services.domain.subject import Event
from services.projector.rows import rules
from tests.support.given import given, read_tables

ROOT = "/p"
VISIBLE = "SELECT image_id FROM image WHERE visible = 1 ORDER BY image_id"
LIVE = f"SELECT image_id, source FROM image_category WHERE category_id = '{rules.LIVE}'"
BURST = f"SELECT image_id FROM image_category WHERE category_id = '{rules.BURST}' ORDER BY image_id"
EDITS = "SELECT copy_id, original_id FROM edit_pair"


def picture(image: str, taken_at: str = "2020-05-17T10:00:00", **facts: Any) -> ImageImported:
    fields = {"format": "JPEG", "taken_at_source": "exif"} | facts
    return ImageImported(
        image_id=image, size=10, width=4, height=3, colour="#102030", taken_at=taken_at, **fields
    )


def film(image: str = "film", seconds: float = 2.9, format: str = "MOV") -> ImageImported:
    return picture(image, format=format, duration_s=seconds)


def at(image: str, path: str, mtime_s: float = 0) -> FileAdded:
    return FileAdded(image_id=image, root=ROOT, path=path, size=10, mtime_ns=int(mtime_s * 1e9))


def gone(image: str, path: str) -> FileMissing:
    return FileMissing(image_id=image, root=ROOT, path=path)


PHOTO = [picture("photo"), at("photo", "2020/IMG_1.JPG")]
HALF = [film(), at("film", "2020/IMG_1.MOV")]


class TestLivePhotos:
    @pytest.mark.parametrize("order", list(permutations([*PHOTO, *HALF])))
    def test_the_film_leaves_the_timeline_in_whatever_order_they_are_found(
        self, order: tuple[Event, ...]
    ) -> None:
        given(*order).then(VISIBLE, ("photo",)).then(LIVE, ("photo", "rules"))

    @pytest.mark.parametrize("suffix", ["MOV", "MP4", "MP", "MV"])
    def test_phones_call_the_film_many_things(self, suffix: str) -> None:
        """Google's are `PXL_1.MP` or `PXL_1.MV` beside `PXL_1.MP.jpg`."""
        photo = [picture("photo"), at("photo", "2020/PXL_1.MP.jpg")]
        half = [film(format=suffix), at("film", f"2020/PXL_1.{suffix}")]
        given(*photo, *half).then(VISIBLE, ("photo",)).then(LIVE, ("photo", "rules"))

    @pytest.mark.parametrize(
        ("facts", "path"),
        [
            ({"seconds": 10.5}, "2020/IMG_1.MOV"),
            ({"seconds": 0.0}, "2020/IMG_1.MOV"),
            ({"format": "AVI"}, "2020/IMG_1.AVI"),
            ({}, "2020/IMG_2.MOV"),
            ({}, "2021/IMG_1.MOV"),
        ],
    )
    def test_a_film_of_its_own_stays(self, facts: dict[str, Any], path: str) -> None:
        """Too long, of unknown length, not a phone's format, with another name, in another folder."""
        given(*PHOTO, film(**facts), at("film", path)).then(VISIBLE, ("film",), ("photo",)).then(LIVE)

    @pytest.mark.parametrize(
        ("photo", "half", "pair"),
        [
            ("2020-05-17T10:00:00", "2020-05-17T10:00:10", True),
            ("2020-05-17T10:00:00", "2020-05-17T10:00:10.001", False),
            ("2020-05-17T10:00:00", "2020-05-17T09:59:50", True),
            ("2020-05-17T10:00:00", "2020-05-18T10:00:00", False),
            ("2020-05-17T10:00:00+02:00", "2020-05-17T08:00:03+00:00", True),
            ("2020-05-17T10:00:00+02:00", "2020-05-17T10:00:00+00:00", False),
            ("2020-05-17T10:00:00", "2020-05-17T08:00:03+00:00", True),
            ("2020-05-17T00:30:00", "2020-05-16T18:45:09+00:00", True),
            ("2020-05-17T00:30:00", "2020-05-16T18:45:11+00:00", False),
            ("2020-05-17T00:30:00", "2020-05-16T19:15:00+00:00", False),
            ("2020-05-17T10:00:00", "2020-05-18T10:00:00+00:00", False),
            ("2020-05-17T16:00:00+00:00", "2020-05-17T10:00:00", True),
            ("2020-05-17T10:00:00+00:00", "2020-05-18T01:00:00", False),
        ],
    )
    def test_they_are_of_one_moment(self, photo: str, half: str, pair: bool) -> None:
        """Ten seconds apart at most, as a live photo's film lasts no longer. Between local time and UTC, the difference
        is an offset that places have: Nepal has +05:45, but none has +05:15 or +15:00."""
        events = [
            picture("photo", photo),
            PHOTO[1],
            picture("film", half, format="MOV", duration_s=2.9),
            HALF[1],
        ]
        visible = [("photo",)] if pair else [("film",), ("photo",)]
        given(*events).then(VISIBLE, *visible).then(LIVE, *([("photo", "rules")] if pair else []))
        given(*events[::-1]).then(VISIBLE, *visible)

    @pytest.mark.parametrize(
        ("photo", "half", "pair"),
        [("ONE", "ONE", True), ("ONE", "TWO", False), (None, "ONE", False), ("ONE", None, False)],
    )
    def test_apples_identifier_decides_where_both_have_one(
        self, photo: str | None, half: str | None, pair: bool
    ) -> None:
        other_day: dict[str, Any] = {"format": "MOV", "duration_s": 2.9, "content_identifier": half}
        events = [
            *(picture("photo", content_identifier=photo), PHOTO[1]),
            *(picture("film", "2021-01-01T00:00:00", **other_day), HALF[1]),
        ]
        given(*events).then(VISIBLE, *([("photo",)] if pair else [("film",), ("photo",)]))

    def test_another_identifier_is_of_another_photo_however_near(self) -> None:
        half: dict[str, Any] = {"format": "MOV", "duration_s": 2.9}
        one, other = (
            picture("photo", content_identifier="ONE"),
            picture("film", content_identifier="TWO", **half),
        )
        given(one, PHOTO[1], other, HALF[1]).then(VISIBLE, ("film",), ("photo",))
        given(one, PHOTO[1], *HALF).then(VISIBLE, ("photo",))

    def test_a_film_with_an_identifier_needs_no_length(self) -> None:
        half: dict[str, Any] = {"format": "MOV", "duration_s": None, "content_identifier": "ONE"}
        events = [picture("photo", content_identifier="ONE"), PHOTO[1], picture("film", **half), HALF[1]]
        given(*events).then(VISIBLE, ("photo",))

    def test_what_is_read_again_joins_and_parts_them(self) -> None:
        """An earlier version has read neither an identifier nor the film's own date."""
        away = picture("film", "2021-01-01T00:00:00", format="MOV", duration_s=2.9)
        given(*PHOTO, *HALF, away).then(VISIBLE, ("film",), ("photo",)).then(LIVE)
        given(*PHOTO, away, HALF[1], film()).then(VISIBLE, ("photo",)).then(LIVE, ("photo", "rules"))
        known = [picture("photo", content_identifier="ONE"), PHOTO[1], away, HALF[1]]
        read = picture("film", "2021-01-01T00:00:00", format="MOV", duration_s=2.9, content_identifier="ONE")
        given(*known).then(LIVE)
        given(*known, read).then(VISIBLE, ("photo",)).then(LIVE, ("photo", "rules"))

    @pytest.mark.parametrize("source", ["mtime", "folder", "added", "filename"])
    @pytest.mark.parametrize(("seconds", "pair"), [(7, True), (70, False)])
    def test_without_a_date_the_times_of_the_files_count(
        self, source: str, seconds: float, pair: bool
    ) -> None:
        """Two files in `2019 Summer` both have the date of the folder, and `2019-02-03.jpg` and its film that day."""
        undated: dict[str, Any] = {"taken_at_source": source, "taken_at": "2020-05-17T12:00:00"}
        half = picture("film", format="MOV", duration_s=2.9, **undated)
        events = [
            *(picture("photo", **undated), at("photo", "2020/IMG_1.JPG", 1_600_000_000)),
            *(half, at("film", "2020/IMG_1.MOV", 1_600_000_000 + seconds)),
        ]
        visible = [("photo",)] if pair else [("film",), ("photo",)]
        given(*events).then(VISIBLE, *visible)
        touched = FileReplaced(
            image_id="film",
            previous_image_id="film",
            root=ROOT,
            path="2020/IMG_1.MOV",
            size=10,
            mtime_ns=1_600_000_000 * 10**9,
        )
        given(*events, touched).then(VISIBLE, ("photo",))

    def test_by_a_time_in_the_name_they_are_of_one_moment(self) -> None:
        """Whenever the files were written."""
        named: dict[str, Any] = {"taken_at_source": "filename"}
        half = picture("film", format="MP4", duration_s=2.9, **named)
        events = [picture("photo", **named), at("photo", "20200517_100000.jpg", 5)]
        given(*events, half, at("film", "20200517_100000.mp4", 9000)).then(VISIBLE, ("photo",))

    def test_the_film_comes_back_when_the_photo_goes_missing_and_leaves_when_it_returns(self) -> None:
        away = [*PHOTO, *HALF, gone("photo", "2020/IMG_1.JPG")]
        back = FileReturned(image_id="photo", root=ROOT, path="2020/IMG_1.JPG")
        given(*away).then(VISIBLE, ("film",)).then(LIVE)
        given(*away, back).then(VISIBLE, ("photo",)).then(LIVE, ("photo", "rules"))

    def test_without_its_film_a_photo_is_only_a_photo(self) -> None:
        given(*PHOTO, *HALF, gone("film", "2020/IMG_1.MOV")).then(VISIBLE, ("photo",)).then(LIVE)

    def test_hiding_the_photo_hides_both_and_showing_it_shows_the_photo(self) -> None:
        hidden = [*PHOTO, *HALF, ImagesHidden(image_ids=["photo"])]
        given(*hidden).then(VISIBLE)
        given(*hidden, ImagesUnhidden(image_ids=["photo"])).then(VISIBLE, ("photo",))

    def test_moves_part_and_join_them(self) -> None:
        def moved(image: str, source: str, target: str) -> FileMoved:
            return FileMoved(
                image_id=image, from_root=ROOT, from_path=source, root=ROOT, path=target, size=10, mtime_ns=1
            )

        apart = [*PHOTO, *HALF, moved("photo", "2020/IMG_1.JPG", "best/IMG_1.JPG")]
        given(*apart).then(VISIBLE, ("film",), ("photo",)).then(LIVE)
        again = [*apart, moved("film", "2020/IMG_1.MOV", "best/IMG_1.MOV")]
        given(*again).then(VISIBLE, ("photo",)).then(LIVE, ("photo", "rules"))

    def test_a_photo_that_another_takes_the_place_of_is_live_no_more(self) -> None:
        other = FileReplaced(
            image_id="new", previous_image_id="photo", root=ROOT, path="2020/IMG_1.JPG", size=9, mtime_ns=2
        )
        given(*PHOTO, *HALF, picture("new"), other).then(VISIBLE, ("new",)).then(LIVE, ("new", "rules"))

    def test_better_metadata_can_make_it_a_film_of_its_own(self) -> None:
        given(*PHOTO, *HALF, film(seconds=60.0)).then(VISIBLE, ("film",), ("photo",)).then(LIVE)

    def test_a_motion_photo_with_a_film_beside_it_is_live_once(self) -> None:
        motion = picture("photo", duration_s=1.5)
        given(motion, PHOTO[1], *HALF).then(LIVE, ("photo", "rules"))

    def test_the_person_outranks_the_rule(self) -> None:
        no = CategoryRejected(image_id="photo", category_id=rules.LIVE)
        given(*PHOTO, *HALF, no).then(LIVE).then(VISIBLE, ("photo",))


def crowd(count: int) -> list[FileAdded]:
    """Names that differ in the case of letters, as one folder of Linux can have them."""
    return [at("other", f"2020/{name}.{suffix}") for name, suffix in islice(product(NAMES, SUFFIXES), count)]


NAMES = [a + b + c + "_1" for a, b, c in product("Ii", "Mm", "Gg")]
SUFFIXES = [a + b + c for a, b, c in product("Pp", "Nn", "Gg")]
OTHER = picture("other", "2010-01-01T10:00:00", format="PNG")


class TestManyOfOneName:
    """Fifty belong together as two do; of more, each would have to be compared with each."""

    def test_videos(self) -> None:
        full = [*PHOTO, *HALF, OTHER, *crowd(48)]
        given(*full).then(VISIBLE, ("other",), ("photo",)).then(LIVE, ("photo", "rules"))
        given(*PHOTO, *HALF, OTHER, *crowd(49)).then(VISIBLE, ("film",), ("other",), ("photo",)).then(LIVE)

    def test_one_that_leaves_brings_them_together_and_one_that_comes_parts_them(self) -> None:
        last = crowd(49)[-1]
        fewer = [*PHOTO, *HALF, OTHER, *crowd(49), gone("other", last.path)]
        given(*fewer).then(VISIBLE, ("other",), ("photo",)).then(LIVE, ("photo", "rules"))
        given(*fewer, last).then(VISIBLE, ("film",), ("other",), ("photo",)).then(LIVE)

    def test_those_of_other_folders_do_not_count(self) -> None:
        elsewhere = [msgspec.structs.replace(one, root="/other") for one in crowd(60)]
        given(*PHOTO, *HALF, OTHER, *elsewhere).then(LIVE, ("photo", "rules"))

    def test_raw_files_and_edits(self) -> None:
        pictures = [
            *(picture("photo", camera_model="M"), PHOTO[1], raw(), at("raw", "2020/IMG_1.CR2")),
            *(picture("copy"), at("copy", "2020/IMG_1-edited.JPG"), OTHER),
        ]
        given(*pictures, *crowd(48)).then(VISIBLE, ("copy",), ("other",), ("photo",))
        given(*pictures, *crowd(49)).then(VISIBLE, ("copy",), ("other",), ("photo",), ("raw",)).then(EDITS)


def raw(image: str = "raw", **facts: Any) -> ImageImported:
    return picture(image, **{"format": "CR2", "camera_model": "M"} | facts)


JPEG = [picture("photo", camera_model="M"), at("photo", "2020/IMG_1.JPG")]
RAW = [raw(), at("raw", "2020/IMG_1.CR2")]
RAWS = "SELECT photo_id, raw_id FROM raw_pair"


class TestRawFiles:
    @pytest.mark.parametrize("order", list(permutations([*JPEG, *RAW])))
    def test_raw_and_jpeg_of_one_shot_are_one_tile_in_whatever_order_they_are_found(
        self, order: tuple[Event, ...]
    ) -> None:
        given(*order).then(VISIBLE, ("photo",)).then(RAWS, ("photo", "raw"))

    @pytest.mark.parametrize(
        ("shot", "other"),
        [
            ({"taken_at": "2020-05-17T10:00:00.37"}, {}),
            ({"taken_at": "2020-05-17T10:00:00+02:00"}, {}),
            ({"format": "HEIF"}, {"format": "DNG"}),
        ],
    )
    def test_either_may_tell_more_of_the_moment(self, shot: dict[str, Any], other: dict[str, Any]) -> None:
        one = picture("photo", **{"camera_model": "M"} | shot)
        given(one, JPEG[1], raw(**other), RAW[1]).then(VISIBLE, ("photo",))

    @pytest.mark.parametrize(
        ("facts", "path"),
        [
            ({"taken_at": "2020-05-17T10:00:01"}, "2020/IMG_1.CR2"),
            ({"taken_at": "2019-05-17T10:00:00"}, "2020/IMG_1.CR2"),
            ({"camera_model": "N"}, "2020/IMG_1.CR2"),
            ({"camera_model": None}, "2020/IMG_1.CR2"),
            ({"taken_at_source": "mtime"}, "2020/IMG_1.CR2"),
            ({"taken_at_source": "filename"}, "2020/IMG_1.CR2"),
            ({"format": "JPEG"}, "2020/IMG_1.jpeg"),
            ({}, "2020/IMG_2.CR2"),
            ({}, "2021/IMG_1.CR2"),
        ],
    )
    def test_another_shot_is_a_tile_of_its_own(self, facts: dict[str, Any], path: str) -> None:
        """Another moment or camera, or one that isn't known; no RAW file; another name or folder."""
        given(*JPEG, raw(**facts), at("raw", path)).then(VISIBLE, ("photo",), ("raw",)).then(RAWS)

    def test_cameras_that_tell_nothing_of_themselves_have_no_pairs(self) -> None:
        unknown = [picture("photo"), JPEG[1], raw(camera_model=None), RAW[1]]
        given(*unknown).then(VISIBLE, ("photo",), ("raw",))

    def test_the_raw_file_comes_back_when_the_jpeg_goes_missing(self) -> None:
        away = [*JPEG, *RAW, gone("photo", "2020/IMG_1.JPG")]
        back = FileReturned(image_id="photo", root=ROOT, path="2020/IMG_1.JPG")
        given(*away).then(VISIBLE, ("raw",))
        given(*away, back).then(VISIBLE, ("photo",))

    def test_hiding_the_photo_hides_both(self) -> None:
        hidden = [*JPEG, *RAW, ImagesHidden(image_ids=["photo"])]
        given(*hidden).then(VISIBLE)
        given(*hidden, ImagesUnhidden(image_ids=["photo"])).then(VISIBLE, ("photo",))

    def test_what_is_read_again_joins_and_parts_them(self) -> None:
        given(*JPEG, *RAW, raw(camera_model="N")).then(VISIBLE, ("photo",), ("raw",))
        given(*JPEG, raw(taken_at="2020-05-17T11:00:00"), RAW[1], raw()).then(VISIBLE, ("photo",))

    def test_a_live_photo_may_have_one_too(self) -> None:
        given(*JPEG, *RAW, *HALF).then(VISIBLE, ("photo",)).then(RAWS, ("photo", "raw"))


class TestEditedCopies:
    @pytest.mark.parametrize("name", ["IMG_1234-edited.jpg", "IMG_E1234.JPG"])
    def test_a_copy_beside_its_original_belongs_to_it_and_both_are_shown(self, name: str) -> None:
        events = [picture("o"), at("o", "x/IMG_1234.HEIC"), picture("c"), at("c", f"x/{name}")]
        given(*events).then(EDITS, ("c", "o")).then(VISIBLE, ("c",), ("o",))
        given(*events[::-1]).then(EDITS, ("c", "o"))
        given(*events, gone("o", "x/IMG_1234.HEIC")).then(EDITS)

    @pytest.mark.parametrize("name", ["IMG_1234-01.jpg", "IMG_1234 (1).jpg", "Kopie von IMG_1234.jpg"])
    @pytest.mark.parametrize(
        ("facts", "copy"),
        [
            ({}, True),
            ({"camera_model": "M"}, True),
            ({"taken_at": "2020-05-17T10:00:00.250"}, True),
            ({"taken_at": "2020-05-17T10:00:00+02:00"}, True),
            ({"taken_at": "2020-05-17T10:00:01"}, False),
            ({"taken_at": "2019-05-17T10:00:00"}, False),
            ({"taken_at_source": "mtime"}, False),
            ({"taken_at_source": "filename"}, False),
        ],
    )
    def test_a_number_or_copy_in_a_name_counts_only_for_the_same_moment(
        self, name: str, facts: dict[str, Any], copy: bool
    ) -> None:
        """By the dates in the files: their names would give both the same, and a batch of files has one mtime."""
        original = [picture("o"), at("o", "x/IMG_1234.HEIC")]
        given(*original, picture("c", **facts), at("c", f"x/{name}")).then(
            EDITS, *([("c", "o")] if copy else [])
        )

    @pytest.mark.parametrize(("one", "other"), [("00.25", "00.50"), ("00.1", "00.2")])
    def test_shots_of_a_burst_are_no_copies(self, one: str, other: str) -> None:
        shots = [picture("o", f"2020-05-17T10:00:{one}"), picture("c", f"2020-05-17T10:00:{other}")]
        given(*shots, at("o", "IMG_1.jpg"), at("c", "IMG_1(1).jpg")).then(EDITS)

    @pytest.mark.parametrize("source", ["mtime", "filename", "folder"])
    def test_of_an_undated_one_its_look_decides(self, source: str) -> None:
        """Which readers do: here are the bits in which the two differ."""
        shots = [picture("o", phash="ff" * 8), picture("c", phash="7f" + "ff" * 7, taken_at_source=source)]
        copies = [at("o", "IMG_1.jpg"), at("c", "IMG_1 (1).jpg")]
        given(*shots, *copies).then(
            "SELECT copy_id, original_id, differing FROM edit_pair", ("c", "o", -(2**63))
        )
        named = [picture("c", phash="00" * 8), at("o", "IMG_1.jpg"), at("c", "IMG_1-edited.jpg")]
        given(shots[0], *named).then(
            "SELECT copy_id, original_id, differing FROM edit_pair", ("c", "o", None)
        )

    def test_of_another_camera_it_is_another_picture(self) -> None:
        shots = [picture("o", camera_model="M"), picture("c", camera_model="N")]
        given(*shots, at("o", "IMG_1.jpg"), at("c", "IMG_1 (2).jpg")).then(EDITS)

    def test_a_name_that_says_edited_needs_no_date(self) -> None:
        """Many editors write none."""
        copy = picture("c", "2024-01-01T00:00:00", taken_at_source="mtime")
        given(picture("o"), at("o", "IMG_1.jpg"), copy, at("c", "IMG_1_bearbeitet.jpg")).then(
            EDITS, ("c", "o")
        )

    def test_a_photo_is_no_copy_of_a_film_or_of_itself(self) -> None:
        photo = [picture("c"), at("c", "IMG_E1234.JPG")]
        given(*photo, film(), at("film", "IMG_1234.MOV")).then(EDITS)
        given(*photo, at("c", "IMG_1234.JPG")).then(EDITS)

    def test_what_took_a_place_succeeds_what_stood_there(self) -> None:
        one = FileReplaced(image_id="b", previous_image_id="a", root=ROOT, path="x.jpg", size=9, mtime_ns=2)
        given(at("a", "x.jpg"), one).then("SELECT image_id, previous_image_id FROM succession", ("b", "a"))


def shots(*seconds: float, **facts: Any) -> list[ImageImported]:
    fields = {"camera_make": "Maker", "camera_model": "M"} | facts
    return [
        picture(str(number), f"2020-05-17T10:00:{second:06.3f}", **fields)
        for number, second in enumerate(seconds)
    ]


def rows(*numbers: int) -> list[tuple[str]]:
    return [(str(number),) for number in numbers]


class TestBursts:
    @pytest.mark.parametrize(
        ("seconds", "found"),
        [
            ((1, 2, 3), (0, 1, 2)),
            ((1, 2), ()),
            ((1, 2, 3.1), ()),
            ((1, 1, 1), ()),
            ((1, 1, 2, 3), (0, 1, 2, 3)),
            ((1, 1.2, 1.4, 9, 10), (0, 1, 2)),
            ((1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4, 5)),
        ],
    )
    def test_three_moments_a_second_apart_at_most(
        self, seconds: tuple[float, ...], found: tuple[int, ...]
    ) -> None:
        """Copies have the same time, so they make no burst."""
        burst = shots(*seconds)
        given(*burst).then(BURST, *rows(*found))
        given(*burst[::-1]).then(BURST, *rows(*found))
        given(*burst[1::2], *burst[::2]).then(BURST, *rows(*found))

    @pytest.mark.parametrize(
        "facts", [{"camera_model": None}, {"taken_at_source": "mtime"}, {"format": "MOV", "duration_s": 1.0}]
    )
    def test_only_photos_that_say_when_and_by_which_camera(self, facts: dict[str, Any]) -> None:
        given(*shots(1, 2, 3, **facts)).then(BURST)

    def test_of_one_camera(self) -> None:
        given(*shots(1, 2), *shots(1, 2, 3, camera_model="N")[2:]).then(BURST)

    def test_a_date_that_was_read_wrongly_makes_and_unmakes_one(self) -> None:
        given(*shots(1, 2, 3), *shots(1, 9)[1:]).then(BURST)
        given(*shots(1, 9, 3), *shots(1, 2)[1:]).then(BURST, *rows(0, 1, 2))

    @pytest.mark.parametrize(
        ("path", "told"),
        [
            ("00100lPORTRAIT_00100_BURST20190101120000123_COVER.jpg", True),
            ("IMG_20190101_120000_BURST001.jpg", True),
            ("DSC_0001_BURST20180101120000000.JPG", True),
            ("20190101_120000_001.jpg", True),
            ("20190101_120000.jpg", False),
            ("sunburst2019.jpg", False),
            ("burst.jpg", False),
        ],
    )
    def test_by_name(self, path: str, told: bool) -> None:
        assert (rules.BURST in rules.of_path(f"DCIM/{path}")) is told

    def test_by_name_and_by_time_it_is_one_once(self) -> None:
        given(*shots(1, 2, 3), at("0", "IMG_1_BURST001.jpg")).then(BURST, *rows(0, 1, 2))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM appearance WHERE image_id = 'a'",
        "SELECT * FROM live_pair WHERE film_id = 'a'",
        "SELECT * FROM live_pair WHERE photo_id = 'a'",
        "SELECT * FROM raw_pair WHERE raw_id = 'a'",
        "SELECT * FROM raw_pair WHERE photo_id = 'a'",
        "SELECT * FROM edit_pair WHERE copy_id = 'a'",
        "SELECT * FROM edit_pair WHERE original_id = 'a'",
        "SELECT * FROM burst WHERE image_id = 'a'",
        "SELECT * FROM burst WHERE camera = 'a' AND own_ms BETWEEN 1 AND 2",
        "SELECT 1 FROM file f JOIN file n ON n.stem = f.stem AND likely(n.root = f.root) WHERE f.image_id = 'a'",
        "SELECT image_id FROM file WHERE stem = 'a' AND likely(root = '/p')",
    ],
)
def test_what_is_asked_at_each_event_reads_no_table_and_no_folder_through(query: str) -> None:
    """Otherwise following a scan would take quadratic time."""
    db, _ = read_tables()
    steps = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}")]
    db.close()
    assert [step for step in steps if step.startswith("SCAN") or "folder" in step or "(root=" in step] == []
