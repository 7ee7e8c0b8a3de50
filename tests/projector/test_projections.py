"""What each event does to the read tables: given events, then rows; delivered once and more than once."""

from uuid import UUID

import msgspec
import pytest

from services.domain.albums.events import (
    AlbumCoverSet,
    AlbumCreated,
    AlbumDeleted,
    AlbumDescribed,
    AlbumRenamed,
    AlbumReordered,
    AlbumRestored,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
)
from services.domain.categories.decisions import CategoryAssigned, CategoryCleared, CategoryRejected
from services.domain.categories.events import (
    CategoriesMerged,
    CategoryCreated,
    CategoryDeleted,
    CategoryMoved,
    CategoryRenamed,
)
from services.domain.files.absences import Answer, MissingAnswered, MissingSettled
from services.domain.files.commands import ScanLibrary
from services.domain.files.events import (
    FileAdded,
    FileMissing,
    FileReplaced,
    FileReturned,
    ImageImported,
    ScanFinished,
    ScanStarted,
    SourceUnavailable,
)
from services.domain.files.rejections import FileRejected
from services.domain.jobs.events import (
    ClassificationFailed,
    ClassificationRequested,
    ImageClassified,
    JobCancelled,
    JobFinished,
    JobPaused,
    JobResumed,
)
from services.domain.models.events import ModelActivated, ModelLoaded
from services.domain.registry import EVENTS
from services.domain.subject import Event
from services.gateway.queries.absences import _ANSWER as ANSWER
from services.kernel.log.envelope import Envelope, record_command
from services.kernel.log.eventlog import plan
from services.projector.projections import PROJECTIONS, project
from services.projector.projections.dates import milliseconds
from tests.support.given import JOB, by, given
from tests.support.models import registered

ROOT = "/photos"
HUSKY, MALAMUTE, TERRIER = 250, 249, 193
OTHER = UUID("01920000-0000-7000-8000-000000000002")


def imported(image: str = "a", taken_at: str = "2020-05-17T10:00:00") -> ImageImported:
    return ImageImported(
        image_id=image,
        format="JPEG",
        size=10,
        width=4,
        height=3,
        colour="#102030",
        taken_at=taken_at,
        taken_at_source="exif",
    )


def added(image: str = "a", path: str = "2020/a.jpg", mtime_ns: int = 1) -> FileAdded:
    return FileAdded(image_id=image, root=ROOT, path=path, size=10, mtime_ns=mtime_ns)


def replaced(image: str, previous: str, path: str = "2020/a.jpg") -> FileReplaced:
    return FileReplaced(image_id=image, previous_image_id=previous, root=ROOT, path=path, size=11, mtime_ns=2)


def missing(image: str = "a", path: str = "2020/a.jpg") -> FileMissing:
    return FileMissing(image_id=image, root=ROOT, path=path)


def returned(image: str = "a", path: str = "2020/a.jpg") -> FileReturned:
    return FileReturned(image_id=image, root=ROOT, path=path)


def rejected(path: str = "2020/a.jpg", reason: str = "It is empty.") -> FileRejected:
    return FileRejected(root=ROOT, path=path, size=0, mtime_ns=3, reason=reason)


def asking(question: str, number: int, again: bool = False) -> SourceUnavailable:
    return SourceUnavailable(
        root=ROOT, reason="Not there.", question=question, missing=number, held=45, again=again
    )


def answered(question: str, answer: Answer) -> MissingAnswered:
    return MissingAnswered(question=question, root=ROOT, missing=30, held=45, answer=answer)


def classified(*classes: tuple[int, float], image: str = "a", model: str = "m") -> ImageClassified:
    return ImageClassified(
        image_id=image, model_id=model, weights_digest="d", preprocessing_id="p", classes=list(classes)
    )


def test_every_event_is_projected() -> None:
    """An event type without a projection would stop the projector."""
    assert set(PROJECTIONS) == set(EVENTS.values())


def test_paths_and_cameras_are_put_together_once() -> None:
    """Stored as columns for queries: a path within its root, the full path, a camera's make and model."""
    top = FileAdded(image_id="b", root="/", path="b.jpg", size=1, mtime_ns=1)
    below = "SELECT path, full_path FROM file ORDER BY 1"
    given(added(), top).then(below, ("2020/a.jpg", "/photos/2020/a.jpg"), ("b.jpg", "/b.jpg"))
    given(rejected()).then("SELECT path, full_path FROM problem", ("2020/a.jpg", "/photos/2020/a.jpg"))
    nokia = msgspec.structs.replace(imported("b"), camera_model="Nokia 7")
    named = msgspec.structs.replace(imported("c"), camera_make="Canon", camera_model="EOS R5")
    cameras = "SELECT camera_name FROM image ORDER BY image_id"
    given(imported(), nokia, named).then(cameras, ("",), ("Nokia 7",), ("Canon EOS R5",))


def test_commands_change_nothing() -> None:
    """A command is a request; its effects are events."""
    rows, _ = plan([record_command(ScanLibrary(), command_id=JOB)], {}, {}, {}, 0)
    assert project(rows[0]) == []


def test_projecting_an_envelope_gives_what_its_event_does() -> None:
    """`project` takes a message as stored in the log."""
    envelope = Envelope(
        event_id=OTHER,
        stream="image-a",
        kind="E",
        type="file_missing",
        schema_version=1,
        data='{"image_id":"a","root":"/photos","path":"b/a.jpg"}',
        correlation_id=JOB,
        position=7,
        version=1,
        recorded_at=1,
    )
    [(statement, parameters)] = project(envelope)
    assert parameters == ("/photos", "b", "a.jpg", "a")
    assert statement.table.name == "file"


@pytest.mark.parametrize(
    ("taken_at", "expected"),
    [
        ("1970-01-01T00:00:01", 1000),
        ("1970-01-01T02:00:01.250+02:00", 1250),
        ("1969-12-31T23:59:59", -1000),
        ("1970-01-01T00:00:00Z", 0),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200_000),
        ("no date", 0),
    ],
)
def test_taken_ms_is_utc_where_the_offset_is_known(taken_at: str, expected: int) -> None:
    """With an offset it is the exact moment, without one the camera's clock is read as UTC; an invalid date stops
    nothing."""
    assert milliseconds(taken_at) == expected


class TestImages:
    def test_an_image_has_what_its_bytes_say(self) -> None:
        """The month is that of the camera's clock, not of UTC."""
        given(imported(taken_at="2020-06-01T00:30:00+02:00"), added()).then(
            "SELECT image_id, position, taken_ms, taken_at, month, visible, width, iso FROM image",
            ("a", 1, 1590964200000, "2020-06-01T00:30:00+02:00", "2020-06", 1, 4, None),
        )

    def test_a_second_import_corrects_the_first(self) -> None:
        """Better metadata replaces the old; visibility and the moment of the first import stay."""
        given(imported(), added(), imported(taken_at="2021-01-01T00:00:00")).then(
            "SELECT month, visible, position FROM image", ("2021-01", 1, 1)
        )

    @pytest.mark.parametrize(
        ("after", "visible"),
        [
            ([], 0),
            ([added()], 1),
            ([added(), missing()], 0),
            ([added(), missing(), returned()], 1),
            ([added(), added(path="copy.jpg"), missing()], 1),
            ([added(), replaced("b", "a")], 0),
            ([added(), replaced("b", "a"), replaced("a", "b")], 1),
            ([added(), replaced("b", "a"), missing("a")], 0),
            ([added(), added("b")], 0),
            ([added(), rejected()], 0),
            ([added(), rejected(), returned()], 1),
            ([missing(), added()], 1),
        ],
    )
    def test_visible_while_some_file_is_present(self, after: list[Event], visible: int) -> None:
        """Whatever happens to its files, and whether they arrive before or after the image."""
        query = "SELECT visible FROM image WHERE image_id = 'a'"
        given(imported(), *after).then(query, (visible,))
        given(*after, imported()).then(query, (visible,))

    def test_a_replaced_file_shows_the_new_image_only(self) -> None:
        """A path holds one image; the old one is hidden, its successor shown."""
        given(imported("a"), imported("b"), added("a"), replaced("b", "a")).then(
            "SELECT f.image_id, f.size, i.visible FROM file f JOIN image i USING (image_id)", ("b", 11, 1)
        )

    def test_a_missing_file_of_an_earlier_image_is_no_news(self) -> None:
        """An old picture missing from a path says nothing about the one there now."""
        given(added("a"), replaced("b", "a"), missing("a")).then(
            "SELECT image_id, missing FROM file", ("b", 0)
        )

    def test_paths_are_split_into_folder_and_name(self) -> None:
        """Files at the top of the root have the empty folder."""
        given(added(path="x.jpg"), added("b", "2020/05/y.jpg")).then(
            "SELECT folder, name FROM file ORDER BY name", ("", "x.jpg"), ("2020/05", "y.jpg")
        )

    def test_a_rejected_file_says_why_and_by_which_scan(self) -> None:
        """The latest reason counts."""
        given(rejected(reason="Old."), by(OTHER, rejected(reason="It is cut off."))).then(
            "SELECT folder, name, reason, position, job_id FROM rejection",
            ("2020", "a.jpg", "It is cut off.", 2, str(OTHER)),
        )

    @pytest.mark.parametrize("readable", [added(), replaced("a", "b"), returned()])
    def test_a_readable_file_is_rejected_no_more(self, readable: Event) -> None:
        """Once the picture at the path is readable again, its rejection is removed."""
        given(added(), rejected(), readable).then("SELECT count(*) FROM rejection", (0,))

    def test_a_source_is_unavailable_until_it_is_scanned_again(self) -> None:
        """The reason stays until the next scan of that root begins."""
        away = SourceUnavailable(root=ROOT, reason="Not connected.")
        query = "SELECT root, unavailable FROM source ORDER BY root"
        given(ScanStarted(roots=[ROOT, "/z"]), away).then(query, (ROOT, "Not connected."), ("/z", None))
        given(away, ScanStarted(roots=[ROOT])).then(query, (ROOT, None))

    @pytest.mark.parametrize(
        ("later", "row"),
        [
            ([], ("q", 30, "away")),
            ([ScanStarted(roots=[ROOT]), asking("q", 30, again=True)], ("q", 30, "away")),
            ([asking("r", 31)], ("r", 31, "open")),
            ([asking("r", 31), asking("q", 30)], ("q", 30, "open")),
            ([asking("", 0)], (None, 0, "open")),
            ([MissingSettled(root=ROOT), asking("q", 30)], ("q", 30, "open")),
            ([answered("q", "gone")], ("q", 30, "gone")),
        ],
        ids=["answered", "asked again", "others", "others, then these", "unreadable", "back", "gone"],
    )
    def test_an_answer_holds_for_its_question(
        self, later: list[Event], row: tuple[str | None, int, str]
    ) -> None:
        """Until the photos are back, or others are missing."""
        given(asking("q", 30), answered("q", "away"), *later).then(
            f"SELECT question, missing, {ANSWER} FROM source", row
        )

    def test_a_question_that_is_settled_is_gone(self) -> None:
        given(asking("q", 30), answered("q", "gone"), MissingSettled(root=ROOT, missing=30)).then(
            f"SELECT question, {ANSWER} FROM source", (None, "open")
        )


class TestCategories:
    def test_labels_are_what_the_taxonomy_makes_of_the_classes(self) -> None:
        """Two breeds add up to a dog; the group is labelled too, so that it can be counted."""
        given(classified((HUSKY, 0.45), (MALAMUTE, 0.4))).then(
            "SELECT category_id, score FROM label ORDER BY 1", ("animals", 0.85), ("dog", 0.85)
        )

    def test_a_new_verdict_replaces_the_labels_of_that_model_only(self) -> None:
        """Another model's labels stay."""
        given(classified((HUSKY, 0.9)), classified((TERRIER, 0.8), model="n"), classified((0, 0.7))).then(
            "SELECT model_id, category_id FROM label ORDER BY 1, 2",
            ("m", "animals"),
            ("m", "fish"),
            ("n", "animals"),
            ("n", "dog"),
        )

    def test_the_person_outranks_the_model(self) -> None:
        """Assigned is shown and rejected is not, whatever a model says before or after."""
        active = ModelActivated(model_id="m")
        yes, no = (
            CategoryAssigned(image_id="a", category_id="cat"),
            CategoryRejected(image_id="a", category_id="dog"),
        )
        seen = classified((HUSKY, 0.9))
        for order in ((active, seen, yes, no), (no, yes, seen, active)):
            given(*order).then(
                "SELECT category_id, source FROM image_category ORDER BY 1",
                ("animals", "model"),
                ("cat", "user"),
            )

    def test_the_last_decision_counts(self) -> None:
        """A person may change their mind."""
        given(
            CategoryAssigned(image_id="a", category_id="dog"),
            CategoryRejected(image_id="a", category_id="dog"),
        ).then("SELECT assigned, position FROM decision", (0, 2))

    def test_a_category_of_ones_own(self) -> None:
        """Created, renamed, deleted: kept as deleted, so that its id keeps its meaning."""
        own = CategoryCreated(category_id="x", name="Lego", group_id="sport")
        query = "SELECT name, group_id, kind, origin, deleted FROM category WHERE category_id = 'x'"
        given(own).then(query, ("Lego", "sport", "category", "user", 0))
        renamed, deleted = (
            CategoryRenamed(category_id="x", name="Bricks"),
            CategoryDeleted(category_id="x"),
        )
        given(own, renamed, deleted).then(query, ("Bricks", "sport", "category", "user", 1))

    def test_built_in_categories_are_there_and_can_be_overridden(self) -> None:
        """They come from the taxonomy before the first event; a person may rename and delete them."""
        query = "SELECT name, origin, deleted FROM category WHERE category_id = 'dog'"
        given(ModelActivated(model_id="m")).then(query, ("Dog", "builtin", 0))
        given(CategoryRenamed(category_id="dog", name="Hund")).then(query, ("Hund", "builtin", 0))
        given(CategoryDeleted(category_id="dog")).then(query, ("Dog", "builtin", 1))


class TestAlbums:
    MADE = AlbumCreated(album_id="al", name="Rome")
    QUERY = "SELECT image_id, position, place FROM album_image ORDER BY position, place"

    def test_images_keep_the_place_where_they_were_added_first(self) -> None:
        """Adding an image again changes nothing; removed and added again, it comes last."""
        first = ImagesAddedToAlbum(album_id="al", image_ids=["a", "b"])
        again = ImagesAddedToAlbum(album_id="al", image_ids=["c", "a"])
        given(self.MADE, first, again).then(self.QUERY, ("a", 2, 0), ("b", 2, 1), ("c", 3, 0))
        removed = ImagesRemovedFromAlbum(album_id="al", image_ids=["a"])
        given(self.MADE, first, removed, again).then(self.QUERY, ("b", 2, 1), ("c", 4, 0), ("a", 4, 1))

    def test_only_what_is_moved_is_written_and_it_stays_moved(self) -> None:
        """Even if events are repeated; an image removed and added again comes last."""
        added = ImagesAddedToAlbum(album_id="al", image_ids=["a", "b", "c"])
        moved = AlbumReordered(album_id="al", image_ids=["c"], ranks=["0000000000020000000"])
        order = "SELECT image_id FROM album_image ORDER BY rank"
        given(self.MADE, added, moved).then(order, ("a",), ("c",), ("b",))
        removed = ImagesRemovedFromAlbum(album_id="al", image_ids=["c"])
        again = ImagesAddedToAlbum(album_id="al", image_ids=["c"])
        given(self.MADE, added, moved, removed, again).then(order, ("a",), ("b",), ("c",))

    def test_a_restored_album_is_as_it_was(self) -> None:
        given(
            self.MADE,
            ImagesAddedToAlbum(album_id="al", image_ids=["a"]),
            AlbumDescribed(album_id="al", description="Hot"),
            AlbumCoverSet(album_id="al", image_id="a"),
            AlbumDeleted(album_id="al", into_id="bl"),
            AlbumRestored(album_id="al"),
        ).then(
            "SELECT name, description, cover_id, image_id, changed_us FROM album JOIN album_image USING (album_id)",
            ("Rome", "Hot", "a", "a", 6_000_000),
        )

    def test_a_deleted_album_is_not_there(self) -> None:
        """Other albums stay, and it is kept in case it is restored."""
        given(
            self.MADE,
            ImagesAddedToAlbum(album_id="al", image_ids=["a"]),
            AlbumCreated(album_id="bl", name="Oslo"),
            ImagesAddedToAlbum(album_id="bl", image_ids=["a"]),
            AlbumDeleted(album_id="al"),
        ).then(
            "SELECT album_id, name, image_id FROM album JOIN album_image USING (album_id)",
            ("bl", "Oslo", "a"),
        )

    def test_an_image_knows_the_album_events_that_mention_it(self) -> None:
        """Its history finds them by position, even after the album is deleted."""
        given(
            self.MADE,
            ImagesAddedToAlbum(album_id="al", image_ids=["a", "b"]),
            AlbumRenamed(album_id="al", name="Roma"),
            ImagesRemovedFromAlbum(album_id="al", image_ids=["a"]),
            AlbumDeleted(album_id="al"),
        ).then("SELECT about, position FROM mention", ("a", 2), ("a", 4), ("b", 2))

    def test_an_album_knows_what_was_merged_into_it(self) -> None:
        given(
            self.MADE,
            AlbumCreated(album_id="bl", name="Oslo"),
            AlbumDeleted(album_id="al", into_id="bl"),
        ).then("SELECT about, position FROM mention", ("bl", 3))

    def test_a_category_knows_what_was_said_of_it_elsewhere(self) -> None:
        """On the streams of photos, and of categories that it contains or absorbed."""
        given(
            CategoryAssigned(image_id="a", category_id="dog"),
            CategoryRejected(image_id="b", category_id="dog"),
            CategoryCleared(image_id="b", category_id="dog"),
            CategoryMoved(category_id="dog", group_id="pets"),
            CategoriesMerged(category_id="hound", into_id="dog"),
            CategoryMoved(category_id="dog", group_id=None),
        ).then("SELECT about, position FROM mention", *(("dog", n) for n in (1, 2, 3, 5)), ("pets", 4))


class TestModels:
    KNOWN = registered("m", "Lite0")
    LOADED = ModelLoaded(model_id="m", worker_id="w", device="CPU", precision="float32")

    def test_a_model_and_where_it_runs(self) -> None:
        """Whether it is registered before or after a worker loads it."""
        query = "SELECT name, input_size, device, precision, worker_id FROM model WHERE input_size > 0"
        for order in ((self.KNOWN, self.LOADED), (self.LOADED, self.KNOWN)):
            given(*order).then(query, ("Lite0", 224, "CPU", "float32", "w"))

    def test_one_model_is_active(self) -> None:
        """The last one activated."""
        given(ModelActivated(model_id="m"), ModelActivated(model_id="n")).then(
            "SELECT slot, model_id FROM active_model", (1, "n")
        )

    def test_the_verdict_keeps_what_the_network_said(self) -> None:
        """The latest one per model, with the job that requested it."""
        given(classified((1, 0.5)), by(OTHER, classified((7, 0.25), (8, 0.125)))).then(
            "SELECT job_id, position, classes FROM verdict", (str(OTHER), 2, "[[7,0.25],[8,0.125]]")
        )

    def test_a_failure_stands_until_it_succeeds(self) -> None:
        """Per image and model; an earlier verdict stays beside it."""
        failed = ClassificationFailed(image_id="a", model_id="m", reason="No preview.")
        query = """SELECT (SELECT count(*) FROM verdict), (SELECT group_concat(reason) FROM failure)"""
        given(classified((1, 0.5)), failed).then(query, (1, "No preview."))
        given(failed, classified((1, 0.5))).then(query, (1, None))
        given(failed, classified((1, 0.5), model="n")).then(query, (1, "No preview."))


class TestJobs:
    QUERY = (
        "SELECT job_id, position, kind, status, total, done, failed, added, started_us, finished_us FROM job"
    )
    SCAN = ScanStarted(roots=[ROOT])
    CLASSIFY = ClassificationRequested(job_id=str(JOB), model_id="m", scope="images", images=["a", "b"])

    def test_a_scan_is_a_job(self) -> None:
        """Its id is that of its command; `done` counts the files that could be read."""
        given(self.SCAN).then(
            self.QUERY, (str(JOB), 1, "scan", "running", None, None, None, None, 1_000_000, None)
        )
        finished = ScanFinished(found=10, added=3, unchanged=5, rejected=2)
        given(self.SCAN, finished).then(
            self.QUERY, (str(JOB), 1, "scan", "done", 10, 8, 2, 3, 1_000_000, 2_000_000)
        )

    def test_a_classification_is_a_job(self) -> None:
        """With the requested images, if it was given ids."""
        given(self.CLASSIFY).then("SELECT model_id, scope, images FROM job", ("m", "images", '["a","b"]'))
        everything = ClassificationRequested(job_id=str(JOB), model_id="m", scope="all")
        given(everything).then("SELECT scope, images FROM job", ("all", None))
        given(everything, JobFinished(job_id=str(JOB), done=4, failed=1)).then(
            self.QUERY, (str(JOB), 1, "classify", "done", 5, 4, 1, None, 1_000_000, 2_000_000)
        )

    def test_a_job_is_paused_resumed_and_ended_at_either_time(self) -> None:
        paused, resumed = JobPaused(job_id=str(JOB)), JobResumed(job_id=str(JOB))
        finished = JobFinished(job_id=str(JOB), done=2, failed=0)
        query = "SELECT status, asked FROM job"
        given(self.CLASSIFY, paused).then(query, ("paused", 2))
        given(self.CLASSIFY, paused, resumed).then(query, ("running", 2))
        given(self.CLASSIFY, paused, finished, resumed).then(query, ("done", 2))
        given(self.CLASSIFY, paused, JobCancelled(job_id=str(JOB)), resumed).then(query, ("cancelled", 2))

    def test_what_ends_a_job_first_has_ended_it(self) -> None:
        """Whether cancelled or finished at the last moment: the outcome no longer changes."""
        finished, cancelled = (
            JobFinished(job_id=str(JOB), done=2, failed=0),
            JobCancelled(job_id=str(JOB)),
        )
        query = "SELECT status, done, finished_us FROM job"
        given(self.CLASSIFY, finished, cancelled).then(query, ("done", 2, 2_000_000))
        given(self.CLASSIFY, cancelled, finished).then(query, ("cancelled", None, 2_000_000))


class TestThresholds:
    """A model's scores are kept from the floor upwards, and shown from the threshold upwards."""

    QUERY = "SELECT category_id FROM image_category ORDER BY category_id"
    DOG = 207  # golden retriever

    def test_shown_from_the_threshold_on(self) -> None:
        active = ModelActivated(model_id="m")
        given(classified((self.DOG, 0.45)), active).then(self.QUERY, ("dog",))
        given(classified((self.DOG, 0.44)), active).then(self.QUERY)
        given(classified((self.DOG, 0.44)), active).then(
            "SELECT category_id, score FROM label ORDER BY category_id", ("animals", 0.44), ("dog", 0.44)
        )
