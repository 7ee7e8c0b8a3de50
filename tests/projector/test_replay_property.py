"""The property that everything else rests on: the tables depend on the log alone, not on how it was read."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel import events as e
from services.kernel.problem_events import FailureOf, FileAt
from services.knowledge.embedding import CHANNELS, encode
from services.projector.source import batch
from services.projector.tables import Load
from tests.support.given import By, by, deliver, dump, log_rows, read_tables

JOBS = [UUID(int=0x7000 << 64 | 0x8000 << 48 | n) for n in (1, 2)]
image = st.sampled_from(["a", "b"])
images = st.lists(image, min_size=1, max_size=3)
model = st.sampled_from(["m", "n"])
root = st.just("/p")
path = st.sampled_from(["x.jpg", "2020/x.jpg"])
category = st.sampled_from(["dog", "animals", "own"])
album = st.sampled_from(["al", "bl"])
name = st.sampled_from(["One", "Two"])
job = st.sampled_from([str(j) for j in JOBS])
small = st.integers(0, 3)
reason = st.sampled_from(["Cut off.", "Empty."])
classes = st.lists(
    st.tuples(st.sampled_from([0, 193, 249, 250, 281, 971]), st.sampled_from([0.1, 0.3, 0.4, 0.7])),
    min_size=1,
    max_size=4,
)
CODES = encode(np.random.default_rng(0).exponential(0.3, (2, CHANNELS)))
WEIGHTS = [np.random.default_rng(n).integers(-99, 99, CHANNELS).astype(np.int8).tobytes() for n in (1, 2)]
taken = st.sampled_from(["2020-05-17T10:00:00", "2019-12-31T23:30:00-02:00"])
place = {"root": root, "path": path}
claim = {
    "taken_at": st.sampled_from([None, "2018-01-01T12:00:00", "2017-01-01T12:00:00"]),
    "taken_at_source": st.sampled_from(["filename", "folder", "mtime"]),
}

IMPORTED = st.builds(
    e.ImageImported,
    image_id=image,
    format=st.just("JPEG"),
    size=small,
    width=small,
    height=small,
    colour=st.just("#000000"),
    taken_at=taken,
    taken_at_source=st.sampled_from(["exif", "filename", "mtime"]),
    latitude=st.sampled_from([None, 48.1]),
    longitude=st.sampled_from([None, 11.6]),
    camera_model=st.sampled_from([None, "Nokia 7"]),
    description=st.sampled_from([None, "At the lake"]),
    grey=st.booleans(),
)
SIDECARS = st.builds(
    e.SidecarRead,
    image_id=image,
    size=small,
    mtime_ns=small,
    kind=st.sampled_from(["takeout", "xmp"]),
    taken_at=st.sampled_from([None, "2020-05-17T08:00:00+00:00", "2001-01-01T00:00:00+00:00"]),
    trashed=st.booleans(),
    description=st.sampled_from([None, "A dog"]),
    people=st.lists(name, max_size=2),
    **place,
)
LIBRARY = st.one_of(
    IMPORTED,
    st.builds(e.FileAdded, image_id=image, size=small, mtime_ns=small, **place, **claim),
    st.builds(
        e.FileReplaced, image_id=image, previous_image_id=image, size=small, mtime_ns=small, **place, **claim
    ),
    st.builds(
        e.FileMoved,
        image_id=image,
        from_root=root,
        from_path=path,
        size=small,
        mtime_ns=small,
        **place,
        **claim,
    ),
    SIDECARS,
    st.builds(e.DateCorrected, image_id=image, taken_at=st.one_of(st.none(), taken)),
    st.builds(e.ImagesHidden, image_ids=images),
    st.builds(e.ImagesUnhidden, image_ids=images),
    st.builds(e.FileMissing, image_id=image, **place),
    st.builds(e.FileReturned, image_id=image, **place),
    st.builds(e.FileRejected, size=small, mtime_ns=small, reason=reason, **place),
    st.builds(e.RejectionWithdrawn, **place),
    st.builds(e.FolderUnreadable, reason=reason, **place),
    st.builds(e.ProblemsIgnored, files=st.lists(st.builds(FileAt, **place), max_size=2)),
    st.builds(e.ProblemsShown, files=st.lists(st.builds(FileAt, **place), max_size=2)),
    st.builds(e.SourceUnavailable, root=root, reason=reason),
    st.builds(e.ScanStarted, roots=st.lists(root, min_size=1, max_size=2)),
)
shot = st.sampled_from(["a", "b", "c", "d"])
beside = {
    "root": root,
    "path": st.sampled_from(["IMG_1.JPG", "img_1.mov", "IMG_E1.jpg", "2020/IMG_1.heic", "2020/IMG_1.MP4"]),
}
BESIDE = st.one_of(
    st.builds(
        e.ImageImported,
        image_id=shot,
        format=st.sampled_from(["JPEG", "MOV"]),
        size=small,
        width=small,
        height=small,
        colour=st.just("#000000"),
        taken_at=st.sampled_from(
            [f"2020-05-17T10:00:{second}" for second in ("00", "00.9", "01.8", "02", "04")]
        ),
        taken_at_source=st.sampled_from(["exif", "exif", "mtime"]),
        camera_model=st.sampled_from(["M", "M", "N"]),
        duration_s=st.sampled_from([None, 3.0, 11.0]),
    ),
    st.builds(e.FileAdded, image_id=shot, size=small, mtime_ns=small, **beside),
    st.builds(e.FileReplaced, image_id=shot, previous_image_id=shot, size=small, mtime_ns=small, **beside),
    st.builds(
        e.FileMoved,
        image_id=shot,
        from_root=root,
        from_path=beside["path"],
        size=small,
        mtime_ns=small,
        **beside,
    ),
    st.builds(e.ImagesHidden, image_ids=st.lists(shot, min_size=1, max_size=2)),
    st.builds(e.ImagesUnhidden, image_ids=st.lists(shot, min_size=1, max_size=2)),
    st.builds(e.FileMissing, image_id=shot, **beside),
    st.builds(e.FileReturned, image_id=shot, **beside),
    st.builds(e.FileRejected, size=small, mtime_ns=small, reason=reason, **beside),
)
"""What makes live photos, edited copies and bursts, and undoes them."""
WORK = st.one_of(
    st.builds(e.ScanStarted, roots=st.lists(root, min_size=1, max_size=2)),
    st.builds(e.ScanFinished, found=small, added=small, unchanged=small, rejected=small),
    st.builds(e.ClassificationRequested, job_id=job, model_id=model, scope=st.just("images"), images=images),
    st.builds(e.JobFinished, job_id=job, done=small, failed=small),
    st.builds(e.JobCancelled, job_id=job),
    st.builds(e.JobPaused, job_id=job),
    st.builds(e.JobResumed, job_id=job),
    st.builds(e.CommandUndone, command_id=job),
)
MODELS = st.one_of(
    st.builds(
        e.ImageClassified,
        image_id=image,
        model_id=model,
        weights_digest=st.just("d"),
        preprocessing_id=st.just("p"),
        classes=classes,
        embedding=st.sampled_from(["", "no embedding", *CODES]),
    ),
    st.builds(
        e.ImageClassified,
        image_id=image,
        model_id=model,
        weights_digest=st.just("d"),
        preprocessing_id=st.just("p"),
        classes=st.lists(st.tuples(small, st.sampled_from([0.05, 0.3, 0.6])), min_size=3, max_size=3),
        labels=st.permutations(["Dog", "DOG", "Grandma", "grandma", "Our garden"]).map(lambda some: some[:3]),
    ),
    st.builds(
        e.ImageExplained,
        image_id=image,
        model_id=model,
        weights_digest=st.just("d"),
        share=st.just(0.875),
        heat=st.lists(st.builds(e.ClassHeat, small, st.just(1), st.just(b"x")), max_size=2),
    ),
    st.builds(e.ClassificationFailed, image_id=image, model_id=model, reason=reason),
    st.builds(
        e.ProblemsIgnored, failures=st.lists(st.builds(FailureOf, image_id=image, model_id=model), max_size=2)
    ),
    st.builds(
        e.ProblemsShown, failures=st.lists(st.builds(FailureOf, image_id=image, model_id=model), max_size=2)
    ),
    st.builds(
        e.ModelRegistered,
        model_id=model,
        name=name,
        weights_digest=st.just("d"),
        preprocessing_id=st.just("p"),
        input_size=small,
        class_count=small,
        source=st.just("s"),
        labels=st.sampled_from([[], ["Dog", "Grandma"]]),
    ),
    st.builds(e.ModelActivated, model_id=model, previous=st.one_of(st.none(), model)),
    st.builds(
        e.ModelLoaded, model_id=model, worker_id=name, device=st.just("CPU"), precision=st.just("float32")
    ),
)
CATEGORIES = st.one_of(
    st.builds(
        e.CategoryCreated, category_id=category, name=name, kind=st.sampled_from(["category", "group"])
    ),
    st.builds(e.CategoryRestored, category_id=category),
    st.builds(e.CategoryMoved, category_id=category, group_id=st.one_of(st.none(), category)),
    st.builds(e.CategoriesMerged, category_id=category, into_id=category),
    st.builds(e.CategoryUnmerged, category_id=category),
    st.builds(e.CategoryHidden, category_id=category),
    st.builds(e.CategoryUnhidden, category_id=category),
    st.builds(e.ThresholdSet, category_id=category, threshold=st.sampled_from([None, 0.3, 0.8])),
    st.builds(e.CategoryRenamed, category_id=category, name=name),
    st.builds(e.CategoryDeleted, category_id=category),
    st.builds(e.CategoryAssigned, image_id=image, category_id=category),
    st.builds(e.CategoryRejected, image_id=image, category_id=category),
    st.builds(e.CategoryCleared, image_id=image, category_id=category),
    st.builds(e.TimelineHides, category_ids=st.lists(category, max_size=2)),
)
TEACHING = st.one_of(
    st.builds(
        e.CategoryLearned,
        category_id=category,
        model_id=model,
        weights=st.sampled_from([*WEIGHTS, b"short"]),
        scale=st.sampled_from([0.001, 0.01]),
        bias=st.sampled_from([0.0, 3.0]),
        examples=small,
        refused=small,
        until=small,
    ),
    st.builds(e.CategoryTaught, category_id=category, taught=st.booleans()),
)
ALBUMS = st.one_of(
    st.builds(e.AlbumCreated, album_id=album, name=name, q=st.sampled_from([None, "dog"])),
    st.builds(e.AlbumRenamed, album_id=album, name=name),
    st.builds(e.AlbumDescribed, album_id=album, description=name),
    st.builds(e.AlbumCoverSet, album_id=album, image_id=st.one_of(st.none(), image)),
    st.builds(e.AlbumOrderSet, album_id=album, order=st.sampled_from(["album", "taken_at"])),
    st.builds(e.AlbumSearchSet, album_id=album, q=name),
    st.builds(e.AlbumDeleted, album_id=album, into_id=st.one_of(st.none(), album)),
    st.builds(e.AlbumRestored, album_id=album),
    st.builds(e.AlbumReordered, album_id=album, image_ids=images, ranks=st.lists(name, max_size=3)),
    st.builds(e.ImagesAddedToAlbum, album_id=album, image_ids=images),
    st.builds(e.ImagesRemovedFromAlbum, album_id=album, image_ids=images),
)
ANY = st.one_of(LIBRARY, WORK, MODELS, CATEGORIES, TEACHING, ALBUMS)
LOGS = st.one_of(
    *(
        st.lists(st.builds(by, st.sampled_from(JOBS), some), min_size=1, max_size=40)
        for some in (
            LIBRARY,
            st.one_of(IMPORTED, SIDECARS),
            BESIDE,
            WORK,
            MODELS,
            CATEGORIES,
            ALBUMS,
            st.one_of(MODELS, TEACHING),
            ANY,
        )
    )
)
"""Of one part of the library, so that its events meet often; or of all of it."""


def dumped(*batches: Sequence[object]) -> str:
    db, tables = read_tables()
    deliver(tables, *batches)  # type: ignore[arg-type]
    try:
        return dump(db)
    finally:
        db.close()


def loaded(*batches: Sequence[object]) -> str:
    """By way of the bulk load: no indexes, no triggers, no statements on empty tables."""
    with TemporaryDirectory() as folder:
        load = Load(Path(folder) / "views.db")
        for rows in batches:
            load.apply(batch(list(rows)), rows[-1][0], rows[-1][7])  # type: ignore[arg-type, index]
        load.finish()
        db = sqlite3.connect(Path(folder) / "views.db")
        try:
            return dump(db)
        finally:
            db.close()


def test_the_strategy_knows_every_event() -> None:
    """A new type of event must be added to the property, or this fails."""
    seen: set[type[e.Event]] = set()

    @settings(max_examples=1500, database=None, deadline=None, derandomize=True)
    @given(ANY)
    def collect(event: e.Event) -> None:
        seen.add(type(event))

    collect()
    assert seen == set(e.EVENTS.values())


@settings(max_examples=200, deadline=None)
@given(LOGS, st.data())
def test_however_the_log_is_read_the_tables_are_the_same(events: list[By], data: st.DataObject) -> None:
    """One batch, one by one, batches of any size, twice, each event twice, and the bulk load of a rebuild: the
    same bytes, whatever the events and their order."""
    log = log_rows(events)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(log) - 1)))) if len(log) > 1 else []
    pieces = [log[a:b] for a, b in zip([0, *cuts], [*cuts, len(log)], strict=True)]
    once = dumped(log)
    assert dumped(*[[row] for row in log]) == once
    assert dumped(*pieces) == once
    assert dumped(log, log) == once
    assert dumped([row for row in log for _ in (1, 2)]) == once
    assert dumped(*pieces, *[[row] for row in log]) == once
    assert loaded(*pieces) == once
