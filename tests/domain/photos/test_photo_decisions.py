"""What a person may say of photos: when they were taken, and which to hide or leave out; and what undo brings back."""

from typing import Any

import pytest

from services.domain.photos.dates import CorrectDate, DateCorrected
from services.domain.photos.explaining import ExplainImage
from services.domain.photos.hiding import HideImages, ImagesHidden, ImagesUnhidden, UnhideImages
from services.domain.photos.timeline import SetTimeline, TimelineHides
from services.domain.subject import Command, Event, NotFound, Refused
from tests.support.given import in_stream
from tests.support.library import after


def dated(image: str, at: str | None) -> DateCorrected:
    return DateCorrected(image_id=image, taken_at=at)


def hides(*categories: str) -> TimelineHides:
    return TimelineHides(category_ids=list(categories))


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2020-02-29", "2020-02-29T12:00:00"),
        (" 2020-02-29\n", "2020-02-29T12:00:00"),
        ("2020-02-29T00:00", "2020-02-29T00:00:00"),
        ("2020-02-29 08:15:30", "2020-02-29T08:15:30"),
        ("2020-02-29T08:15:30.250", "2020-02-29T08:15:30.250"),
        ("2020-02-29T08:15-03:30", "2020-02-29T08:15:00-03:30"),
        ("2020-02-29T08:15Z", "2020-02-29T08:15:00+00:00"),
        ("20160612", "2016-06-12T12:00:00"),
        ("2016W24T14", "2016-06-13T14:00:00"),
    ],
)
async def test_a_date_is_stored_to_the_second(written: str, stored: str) -> None:
    """To the millisecond if it has any; a date without a time means noon; an offset is kept."""
    await (await after()).decides(CorrectDate(images=["a"], taken_at=written), dated("a", stored))


async def test_only_photos_whose_date_changes_get_an_event() -> None:
    """One each, however often they are named."""
    library = await after()
    command = CorrectDate(images=["b", "a", "b", "c"], taken_at="2017-01-01")
    at = "2017-01-01T12:00:00"
    await library.decides(command, dated("b", at), dated("a", at))
    library.photos |= {"a": at, "b": at}
    await library.decides(command)


async def test_each_date_is_moved_by_that_many_seconds() -> None:
    """Each photo once, and its offset stays."""
    await (await after()).decides(
        CorrectDate(images=["a", "b", "a"], shift_s=-3600),
        dated("a", "2016-06-12T13:03:00"),
        dated("b", "2016-06-13T08:00:00+02:00"),
    )


async def test_a_shift_keeps_milliseconds() -> None:
    library = await after()
    library.photos["a"] = "2016-06-12T14:03:00.250"
    await library.decides(CorrectDate(images=["a"], shift_s=1), dated("a", "2016-06-12T14:03:01.250"))


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [("1975", "1975-01-01T12:00:00", "year"), (" 1975-06", "1975-06-01T12:00:00", "month")],
)
async def test_only_the_year_or_the_month_may_be_known(written: str, at: str, precision: Any) -> None:
    """Also January, and also what a photo's date already is: a person says that no more is known."""
    event = DateCorrected(image_id="a", taken_at=at, precision=precision)
    library = await after()
    library.photos["a"] = at
    await library.decides(CorrectDate(images=["a"], taken_at=written), event)


@pytest.mark.parametrize("wrong", ["75", "1975-13", "0000", "197506"])
async def test_what_is_no_year_or_month_is_refused(wrong: str) -> None:
    await (await after()).refuses(
        CorrectDate(images=["a"], taken_at=wrong), Refused, "taken_at", "is not a date"
    )


async def test_the_distances_between_photos_stay() -> None:
    """As their clocks tell them; the earliest gets the date, and each keeps its offset if the date has none."""
    library = await after()
    command = CorrectDate(images=["b", "a"], taken_at="1999-12-31T23:00", spread="distances")
    await library.decides(command, dated("a", "1999-12-31T23:00:00"), dated("b", "2000-01-01T17:57:00+02:00"))
    zoned = CorrectDate(images=["a", "b"], taken_at="1999-12-31T23:00+09:00", spread="distances")
    await library.decides(
        zoned, dated("a", "1999-12-31T23:00:00+09:00"), dated("b", "2000-01-01T17:57:00+09:00")
    )


async def test_photos_follow_the_names_of_their_files() -> None:
    """A second apart, in the natural order of the names, whatever order they are given in."""
    command = CorrectDate(images=["c", "a", "b"], taken_at="1999-12-31", spread="names")
    days = [f"1999-12-31T12:00:0{second}" for second in range(3)]
    await (await after()).decides(command, *map(dated, "abc", days))


async def test_dates_move_by_days_hours_and_minutes() -> None:
    command = CorrectDate(images=["a"], shift_days=-1, shift_hours=2, shift_minutes=-3)
    await (await after()).decides(command, dated("a", "2016-06-11T16:00:00"))


async def test_a_clock_is_given_its_offset_from_utc() -> None:
    """What it said stays."""
    await (await after()).decides(
        CorrectDate(images=["a", "b"], offset="-03:30"),
        dated("a", "2016-06-12T14:03:00-03:30"),
        dated("b", "2016-06-13T09:00:00-03:30"),
    )


@pytest.mark.parametrize(
    ("at", "was", "should", "there"),
    [
        ("2016-01-12T14:03:00", "Europe/Berlin", "Asia/Tokyo", "2016-01-12T22:03:00+09:00"),
        ("2016-07-12T14:03:00", "Europe/Berlin", "Asia/Tokyo", "2016-07-12T21:03:00+09:00"),
        ("2016-07-12T14:03:00+02:00", "Europe/Berlin", "Asia/Tokyo", "2016-07-12T21:03:00+09:00"),
        ("2016-07-12T14:03:00.250", "Asia/Kolkata", "Europe/London", "2016-07-12T09:33:00.250+01:00"),
        ("2016-03-27T02:30:00", "Europe/Berlin", "UTC", "2016-03-27T01:30:00+00:00"),
        ("2016-10-30T02:30:00", "Europe/Berlin", "UTC", "2016-10-30T00:30:00+00:00"),
        ("2016-11-06T23:30:00", "America/New_York", "Pacific/Apia", "2016-11-07T18:30:00+14:00"),
    ],
)
async def test_a_clock_in_another_zone_is_put_right(at: str, was: str, should: str, there: str) -> None:
    """By the rules of both zones on that day. An offset that the photo has is the clock’s."""
    library = await after()
    library.photos["a"] = at
    await library.decides(CorrectDate(images=["a"], zone_from=was, zone_to=should), dated("a", there))


async def test_a_shift_and_zones_go_together() -> None:
    command = CorrectDate(images=["a"], shift_days=1, zone_from="UTC", zone_to="Asia/Tokyo")
    await (await after()).decides(command, dated("a", "2016-06-13T23:03:00+09:00"))


@pytest.mark.parametrize("spread", ["distances", "names"])
async def test_dates_that_leave_the_calendar_are_refused(spread: Any) -> None:
    command = CorrectDate(images=["a", "c"], taken_at="9999-12-31T23:59:59", spread=spread)
    await (await after()).refuses(command, Refused, "taken_at", "outside the calendar")


def test_how_far_a_date_is_known_comes_back_with_it() -> None:
    month = DateCorrected(image_id="a", taken_at="1", precision="month")
    assert dated("a", "2").undo(in_stream(dated("a", "2"), [month], [])) == [month]
    assert dated("a", "1").undo(in_stream(dated("a", "1"), [], [month])) == []


async def test_a_shift_by_nothing_brings_no_event() -> None:
    await (await after()).decides(CorrectDate(images=["a"], shift_s=0))


@pytest.mark.parametrize(
    ("command", "field", "says"),
    [
        (CorrectDate(images=["a"]), "taken_at", "Give either the date"),
        (CorrectDate(images=["a"], taken_at="2020-01-01", shift_s=0), "taken_at", "Give either the date"),
        (CorrectDate(images=["a"], taken_at="2019-02-29"), "taken_at", "“2019-02-29” is not a date"),
        (CorrectDate(images=["a"], taken_at="x" * 99), "taken_at", f"“{'x' * 40}” is not a date"),
        (CorrectDate(images=["a"], shift_s=-64_000_000_000), "shift_s", "outside the calendar"),
        (CorrectDate(images=["a"], shift_s=6_400_000_000_000), "shift_s", "outside the calendar"),
        (CorrectDate(images=["a"], zone_from="Europe/Berlin"), "zone_to", "Give both time zones"),
        (CorrectDate(images=["a"], zone_to="Europe/Berlin"), "zone_from", "Give both time zones"),
        (CorrectDate(images=["a"], zone_from="Mars", zone_to="UTC"), "zone_from", "no time zone “Mars”"),
        (CorrectDate(images=["a"], zone_from="UTC", zone_to="../UTC"), "zone_to", "no time zone “../UTC”"),
        (CorrectDate(images=["a"], zone_from="UTC", zone_to="UTC", offset="+01:00"), "offset", "Give either"),
        (
            CorrectDate(images=["a"], taken_at="2020", zone_from="UTC", zone_to="UTC"),
            "taken_at",
            "Give either the date",
        ),
    ],
)
async def test_what_is_no_date_is_refused(command: CorrectDate, field: str, says: str) -> None:
    """The sentence repeats what was written, cut after 40 characters."""
    await (await after()).refuses(command, Refused, field, says)


@pytest.mark.parametrize(
    ("before", "event", "since", "back"),
    [
        ([], dated("a", "1"), [], [dated("a", None)]),
        ([dated("a", "1")], dated("a", "2"), [], [dated("a", "1")]),
        ([dated("a", "1")], dated("a", None), [], [dated("a", "1")]),
        ([dated("a", "1"), dated("a", None)], dated("a", "2"), [], [dated("a", None)]),
        ([], dated("a", "1"), [dated("a", "2")], []),
        ([], dated("a", "1"), [dated("a", None)], []),
    ],
)
def test_a_date_taken_back_leaves_the_persons_date_before_or_the_files(
    before: list[Event], event: Event, since: list[Event], back: list[Event]
) -> None:
    """A later date stays."""
    assert event.undo(in_stream(event, before, since)) == back


@pytest.mark.parametrize(
    "command",
    [
        CorrectDate(images=["a", "z"], taken_at="2020-01-01"),
        HideImages(images=["a", "z"]),
        UnhideImages(images=["a", "z"]),
        ExplainImage(image="z"),
    ],
)
async def test_photos_have_to_be_in_the_library(command: Command) -> None:
    """If one is not, nothing happens to the others either."""
    await (await after()).refuses(command, NotFound, "images", "no photo with the id z")


async def test_photos_are_hidden_in_one_event() -> None:
    """Each once, in the order in which they were named."""
    await (await after()).decides(HideImages(images=["b", "a", "b"]), ImagesHidden(image_ids=["b", "a"]))


async def test_photos_are_shown_again_in_one_event() -> None:
    await (await after()).decides(UnhideImages(images=["b", "a", "b"]), ImagesUnhidden(image_ids=["b", "a"]))


def _hidden(*images: str) -> ImagesHidden:
    return ImagesHidden(image_ids=list(images))


def _shown(*images: str) -> ImagesUnhidden:
    return ImagesUnhidden(image_ids=list(images))


@pytest.mark.parametrize(
    ("before", "event", "since", "back"),
    [
        ([], _hidden("a", "b"), [], [_shown("a", "b")]),
        ([_hidden("b")], _hidden("a", "b"), [], [_shown("a")]),
        ([_hidden("b"), _shown("b")], _hidden("a", "b"), [], [_shown("a", "b")]),
        ([], _hidden("a", "b"), [_shown("a"), _hidden("a")], [_shown("b")]),
        ([], _hidden("a"), [_shown("a")], []),
        ([], _shown("a"), [], []),
        ([_hidden("a", "b")], _shown("b"), [], [_hidden("b")]),
    ],
)
def test_undo_hides_or_shows_only_what_the_command_changed(
    before: list[Event], event: Event, since: list[Event], back: list[Event]
) -> None:
    """A photo that was hidden already stays hidden, and so does one that was hidden again later."""
    assert event.undo(in_stream(event, before, since)) == back


async def test_hiding_and_showing_undo_each_other() -> None:
    hidden, shown = ImagesHidden(image_ids=["a", "b"]), ImagesUnhidden(image_ids=["a", "b"])
    library = await after()
    undo = await library.undoes(await library.decides(HideImages(images=["a", "b"]), hidden), shown)
    await library.undoes(undo, hidden)


async def test_the_timeline_names_the_categories_it_leaves_out_in_order() -> None:
    """Each once, so that the same choice is the same event; none: it shows everything."""
    library = await after()
    await library.decides(SetTimeline(hides=["dog", "cat", "dog"]), hides("cat", "dog"))
    await library.decides(SetTimeline(), hides())


async def test_the_timeline_leaves_out_only_categories_that_exist() -> None:
    library = await after()
    await library.refuses(SetTimeline(hides=["dog", "gone"]), Refused, "hides", "no category “gone”")


@pytest.mark.parametrize(
    ("before", "event", "since", "back"),
    [
        ([], hides("dog"), [], [hides()]),
        ([hides("cat")], hides("dog"), [], [hides("cat")]),
        ([hides("cat"), hides("dog")], hides(), [], [hides("dog")]),
        ([], hides("dog"), [hides()], []),
        ([hides("cat")], hides("dog"), [hides("cat", "dog")], []),
    ],
)
def test_the_timeline_goes_back_to_the_choice_before(
    before: list[Event], event: Event, since: list[Event], back: list[Event]
) -> None:
    """Or to everything, if there was none; a later choice stays."""
    assert event.undo(in_stream(event, before, since)) == back


async def test_asking_where_a_model_looked_changes_nothing() -> None:
    """The model answers it later, so there is nothing to undo."""
    library = await after()
    asked = await library.decides(ExplainImage(image="a"))
    await library.refuses_undo(asked, "nothing left to undo")
