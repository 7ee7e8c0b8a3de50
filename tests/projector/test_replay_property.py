"""The property on which everything else rests: the tables depend on the log alone, not on how it was read."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.albums.events import (
    AlbumCoverSet,
    AlbumCreated,
    AlbumDeleted,
    AlbumDescribed,
    AlbumOrderSet,
    AlbumRenamed,
    AlbumReordered,
    AlbumRestored,
    AlbumSearchSet,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
)
from services.domain.albums.search_names import SearchName
from services.domain.albums.sharing import AlbumShared, AlbumUnshared, SharedAlbumVisited
from services.domain.categories.decisions import CategoryAssigned, CategoryCleared, CategoryRejected
from services.domain.categories.described import CategoryDescribed, DescriptionEncoded
from services.domain.categories.events import (
    CategoriesMerged,
    CategoryCreated,
    CategoryDeleted,
    CategoryHidden,
    CategoryMoved,
    CategoryRenamed,
    CategoryRestored,
    CategoryUnhidden,
    CategoryUnmerged,
    ThresholdSet,
)
from services.domain.categories.learning import CategoryLearned, CategoryTaught
from services.domain.duplicates.copies import CopyKept
from services.domain.duplicates.distinct import DistinctSet
from services.domain.duplicates.folders import FoldersPreferred
from services.domain.exports.export import ExportFinished, ExportStarted, NotExported
from services.domain.files.absences import MissingAnswered, MissingSettled
from services.domain.files.checked import CheckedFile, FilesChecked
from services.domain.files.doubts import InheritanceDoubted, InheritancesChecked
from services.domain.files.editing import EditSuspected
from services.domain.files.events import (
    FileAdded,
    FileMissing,
    FileMoved,
    FileReplaced,
    FileReturned,
    ImageImported,
    ScanFinished,
    ScanStarted,
    SidecarGone,
    SidecarRead,
    SourceUnavailable,
)
from services.domain.files.folders import SourceAdded, SourceRemoved
from services.domain.files.forgetting import SourceForgotten, SourceRestored
from services.domain.files.passed import FilesPassedOver
from services.domain.files.rejections import FileRejected, FolderUnreadable, RejectionWithdrawn
from services.domain.files.removals import CopiesRemoved, RemovalsIgnored
from services.domain.files.sources import RootMove, SourceMoved
from services.domain.history.erased import Erased, PhotosErased
from services.domain.history.losses import EntryLost, LogRecovered
from services.domain.history.undo import CommandUndone
from services.domain.imports.events import ImportFailed, ImportFailure, ImportFinished, ImportStarted
from services.domain.jobs.encoding import ImageEncoded
from services.domain.jobs.events import (
    ClassificationFailed,
    ClassificationRequested,
    ImageClassified,
    JobCancelled,
    JobFinished,
    JobPaused,
    JobResumed,
)
from services.domain.jobs.objects import ObjectBox, ObjectsDetected
from services.domain.models.events import ModelActivated, ModelLoaded, ModelRegistered
from services.domain.photos.bin import TrashedSet
from services.domain.photos.captions import CaptionSet, TitleSet
from services.domain.photos.dates import DateCorrected
from services.domain.photos.explaining import ClassHeat, ImageExplained
from services.domain.photos.faces import FaceSet
from services.domain.photos.favorite import FavoriteSet
from services.domain.photos.hiding import ImagesHidden, ImagesUnhidden
from services.domain.photos.keywords import KeywordsSet
from services.domain.photos.people import PeopleSet
from services.domain.photos.places import PlaceSet
from services.domain.photos.properties import Region
from services.domain.photos.rating import RatingSet
from services.domain.photos.rotation import RotationSet
from services.domain.photos.seasons import SeasonsSet
from services.domain.photos.timeline import TimelineHides
from services.domain.problems.events import FailureOf, FileAt, ProblemsIgnored, ProblemsShown
from services.domain.registry import EVENTS
from services.domain.subject import Event
from services.knowledge.captions import packed
from services.knowledge.embedding import CHANNELS, encode
from services.knowledge.vectors import encoded_vectors
from services.projector.source import Row, batch
from services.projector.tables import Load
from tests.support.given import By, by, deliver, dump, emptied_tables, log_rows
from tests.support.ideas import showing

JOBS = [UUID(int=0x7000 << 64 | 0x8000 << 48 | n) for n in (1, 2)]
image = st.sampled_from(["a", "b"])
images = st.lists(image, min_size=1, max_size=3)
model = st.sampled_from(["efficientnet-lite0", "n"])
root = st.sampled_from(["/p", "/p", "/q"])
path = st.sampled_from(["x.jpg", "2020/x.jpg", "WhatsApp Images/x.jpg"])
category = st.sampled_from(["dog", "animals", "own"])
album = st.sampled_from(["al", "bl"])
name = st.sampled_from(["One", "Two"])
job = st.sampled_from([str(j) for j in JOBS])
small = st.integers(0, 3)
share = st.sampled_from([0.0, 0.25, 1.0])
reason = st.sampled_from(["Cut off.", "Empty."])
question = st.sampled_from(["", "q", "r"])
ANSWERS = ["gone", "away", "open"]
classes = st.lists(
    st.tuples(st.sampled_from([0, 193, 249, 250, 281, 971]), st.sampled_from([0.1, 0.3, 0.4, 0.7])),
    min_size=1,
    max_size=4,
)
CODES = [
    *encode(np.random.default_rng(0).exponential(0.3, (2, CHANNELS))),
    showing("efficientnet-lite0", "person"),
]
WEIGHTS = [np.random.default_rng(n).integers(-99, 99, CHANNELS).astype(np.int8).tobytes() for n in (1, 2)]
taken = st.sampled_from(["2020-05-17T10:00:00", "2019-12-31T23:30:00-02:00"])
place = {"root": root, "path": path}
claim = {
    "taken_at": st.sampled_from([None, "2018-01-01T12:00:00", "2017-01-01T12:00:00"]),
    "taken_at_source": st.sampled_from(["filename", "folder", "mtime"]),
}

_said = st.one_of(st.none(), st.booleans())
_name = st.lists(st.sampled_from(["lake", "Ada"]), min_size=1, max_size=2, unique=True)
REMARKS = (
    st.builds(FavoriteSet, image_ids=images, favorite=_said),
    st.builds(TrashedSet, image_ids=images, trashed=_said),
    st.builds(
        FaceSet,
        image_ids=images,
        person=st.sampled_from(["Ada", "Bob"]),
        face=st.one_of(
            st.none(), st.builds(Region, name=st.just("Ada"), x=share, y=share, width=share, height=share)
        ),
    ),
    st.builds(RatingSet, image_ids=images, rating=st.one_of(st.none(), st.integers(0, 5))),
    st.builds(RotationSet, image_ids=images, rotation=st.one_of(st.none(), st.integers(2, 8))),
    st.builds(TitleSet, image_ids=images, title=st.sampled_from([None, "", "Weir"])),
    st.builds(CaptionSet, image_ids=images, caption=st.sampled_from([None, "", "In the rain"])),
    st.builds(KeywordsSet, image_ids=images, keywords=_name, present=_said),
    st.builds(PeopleSet, image_ids=images, people=_name, present=_said),
    st.builds(
        PlaceSet, image_ids=images, latitude=st.sampled_from([None, 48.1, -33.9]), longitude=st.just(11.6)
    ),
)


IMPORTED = st.builds(
    ImageImported,
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
    keywords=st.lists(name, max_size=1),
    keyword_paths=st.sampled_from([[], ["Three|One"]]),
    people=st.lists(name, max_size=1),
    stars=st.sampled_from([None, 3, 5]),
    again=st.booleans(),
    grey=st.booleans(),
    unread=st.sampled_from([[], ["It could not be read."]]),
)
SIDECARS = st.builds(
    SidecarRead,
    image_id=image,
    size=small,
    mtime_ns=small,
    kind=st.sampled_from(["takeout", "xmp"]),
    taken_at=st.sampled_from([None, "2020-05-17T08:00:00+00:00", "2001-01-01T00:00:00+00:00"]),
    favorite=st.booleans(),
    trashed=st.booleans(),
    description=st.sampled_from([None, "A dog"]),
    people=st.lists(name, max_size=2),
    keywords=st.lists(name, max_size=1),
    keyword_paths=st.sampled_from([[], ["Three|Two"]]),
    stars=st.sampled_from([None, 3, 5]),
    unread=st.sampled_from([[], ["It could not be read."]]),
    **place,
)
SILENT = st.builds(SidecarGone, image_id=image, **place)
CHECKED = st.lists(st.builds(CheckedFile, image_id=image, path=path, ctime_ns=small, **claim), max_size=2)
THERE, BACK = RootMove(former="/p", root="/q"), RootMove(former="/q", root="/p")
named = st.lists(st.builds(SearchName, key=st.just("category"), value=name), max_size=1)
MOVED = st.builds(SourceMoved, moves=st.sampled_from([[THERE], [BACK], [THERE, BACK]]))
LIBRARY = st.one_of(
    IMPORTED,
    MOVED,
    st.builds(
        FilesPassedOver,
        root=root,
        kind=st.sampled_from(["link", "archive"]),
        count=small,
        examples=st.lists(name, max_size=1),
    ),
    st.builds(SourceForgotten, root=root),
    st.builds(SourceAdded, root=root),
    st.builds(SourceRemoved, root=root),
    st.builds(SourceRestored, root=root),
    st.builds(FileAdded, image_id=image, size=small, mtime_ns=small, **place, **claim),
    st.builds(
        FileReplaced, image_id=image, previous_image_id=image, size=small, mtime_ns=small, **place, **claim
    ),
    st.builds(
        InheritanceDoubted,
        image_id=image,
        previous_image_id=image,
        positions=st.just([]),
        streams=st.just([]),
        **place,
    ),
    st.builds(InheritancesChecked, doubted=small),
    st.builds(EditSuspected, image_id=image, previous_image_id=image, **place),
    st.builds(
        FileMoved,
        image_id=image,
        from_root=root,
        from_path=path,
        size=small,
        mtime_ns=small,
        **place,
        **claim,
    ),
    SIDECARS,
    SILENT,
    st.builds(FilesChecked, root=root, files=CHECKED, sidecars=CHECKED),
    st.builds(DateCorrected, image_id=image, taken_at=st.one_of(st.none(), taken)),
    st.builds(ImagesHidden, image_ids=images),
    st.builds(ImagesUnhidden, image_ids=images),
    *REMARKS,
    st.builds(FileMissing, image_id=image, **place),
    st.builds(FileReturned, image_id=image, **place),
    st.builds(FileRejected, size=small, mtime_ns=small, reason=reason, **place),
    st.builds(RejectionWithdrawn, **place),
    st.builds(FolderUnreadable, reason=reason, **place),
    st.builds(ProblemsIgnored, files=st.lists(st.builds(FileAt, **place), max_size=2)),
    st.builds(ProblemsShown, files=st.lists(st.builds(FileAt, **place), max_size=2)),
    st.builds(
        SourceUnavailable,
        root=root,
        reason=reason,
        question=question,
        missing=small,
        held=small,
        again=st.booleans(),
    ),
    st.builds(
        MissingAnswered,
        root=root,
        question=question,
        missing=small,
        held=small,
        answer=st.sampled_from(ANSWERS),
    ),
    st.builds(MissingSettled, root=root, missing=small),
    st.builds(CopiesRemoved, list_id=name, numbers=st.lists(small, max_size=2)),
    st.builds(RemovalsIgnored, name=name, reason=reason),
    st.builds(ScanStarted, roots=st.lists(root, min_size=1, max_size=2)),
)
shot = st.sampled_from(["a", "b", "c", "d"])
beside = {
    "root": root,
    "path": st.sampled_from(
        [
            *("IMG_1.JPG", "img_1.mov", "IMG_1.CR2", "2020/IMG_1.heic", "2020/IMG_1.MP4"),
            *("IMG_1-01.jpg", "IMG_1_edited.jpg"),
        ]
    ),
}
BESIDE = st.one_of(
    st.builds(
        ImageImported,
        image_id=shot,
        format=st.sampled_from(["JPEG", "MOV", "CR2"]),
        size=small,
        width=small,
        height=small,
        colour=st.just("#000000"),
        taken_at=st.sampled_from(
            [f"2020-05-17T10:00:{second}" for second in ("00", "00.9", "01.8", "02", "04", "02+02:00", "30")]
        ),
        taken_at_source=st.sampled_from(["exif", "exif", "mtime", "folder"]),
        camera_model=st.sampled_from(["M", "M", "N"]),
        duration_s=st.sampled_from([None, 3.0, 11.0]),
        content_identifier=st.sampled_from([None, None, "ONE", "TWO"]),
    ),
    st.builds(FileAdded, image_id=shot, size=small, mtime_ns=small, **beside),
    st.builds(FileReplaced, image_id=shot, previous_image_id=shot, size=small, mtime_ns=small, **beside),
    st.builds(
        FileMoved,
        image_id=shot,
        from_root=root,
        from_path=beside["path"],
        size=small,
        mtime_ns=small,
        **beside,
    ),
    st.builds(ImagesHidden, image_ids=st.lists(shot, min_size=1, max_size=2)),
    st.builds(ImagesUnhidden, image_ids=st.lists(shot, min_size=1, max_size=2)),
    st.builds(FileMissing, image_id=shot, **beside),
    st.builds(FileReturned, image_id=shot, **beside),
    st.builds(FileRejected, size=small, mtime_ns=small, reason=reason, **beside),
    MOVED,
)
"""Events that create and undo live photos, pairs with a RAW file, edited copies and bursts."""
DATED = st.one_of(
    st.builds(
        ImageImported,
        image_id=shot,
        format=st.just("JPEG"),
        size=small,
        width=small,
        height=small,
        colour=st.just("#000000"),
        taken_at=st.sampled_from(
            [
                *("2020-05-17T10:00:00", "2020-05-17T12:00:00", "2020-05-17T09:00:00-07:00"),
                *("2020-05-17T12:00:00+05:30", "2020-05-17T14:00:00+09:00", "2020-05-18T03:00:00+00:00"),
            ]
        ),
        taken_at_source=st.sampled_from(["exif", "film", "mtime"]),
        latitude=st.sampled_from([None, 48.1]),
        longitude=st.sampled_from([None, 11.6]),
    ),
    st.builds(FileAdded, image_id=shot, size=small, mtime_ns=small, **beside),
    st.builds(FileMissing, image_id=shot, **beside),
    st.builds(DateCorrected, image_id=shot, taken_at=st.one_of(st.none(), taken)),
    st.builds(
        SidecarRead,
        image_id=shot,
        size=small,
        mtime_ns=small,
        kind=st.just("takeout"),
        taken_at=st.sampled_from([None, "2020-05-17T08:00:00+00:00"]),
        latitude=st.just(-33.9),
        longitude=st.sampled_from([None, 151.2]),
        **place,
    ),
    st.builds(
        ScanStarted,
        roots=st.lists(root, min_size=1, max_size=2),
        zone=st.sampled_from([None, "America/New_York", "Asia/Tokyo", "Nowhere/Else"]),
    ),
)
"""Events that order the timeline: offsets known, missing and derived, on the same days."""
WORK = st.one_of(
    st.builds(ScanStarted, roots=st.lists(root, min_size=1, max_size=2)),
    st.builds(ScanFinished, found=small, added=small, unchanged=small, rejected=small),
    st.builds(
        ClassificationRequested,
        job_id=job,
        model_id=model,
        scope=st.just("images"),
        images=images,
        activates=st.booleans(),
    ),
    st.builds(JobFinished, job_id=job, done=small, failed=small),
    st.builds(JobCancelled, job_id=job, total=st.none() | small, done=small, failed=small),
    st.builds(JobPaused, job_id=job),
    st.builds(JobResumed, job_id=job),
    st.builds(CommandUndone, command_id=job),
    st.builds(ExportStarted, job_id=job, folder=root, beside=st.booleans()),
    st.builds(
        ExportFinished,
        job_id=job,
        exported=small,
        files_written=small,
        files_unchanged=small,
        failed=small,
        failures=st.lists(
            st.builds(NotExported, image_id=image, root=root, path=path, reason=reason), max_size=2
        ),
        reason=st.one_of(st.just(""), reason),
    ),
    st.builds(ImportStarted, job_id=job, source=root),
    st.builds(
        ImportFailed,
        job_id=job,
        failures=st.lists(st.builds(ImportFailure, path=path, name=path, reason=reason), max_size=3),
    ),
    st.builds(
        ImportFinished, job_id=job, source=root, total=small, matches=small, changed=small, failed=small
    ),
)
MODELS = st.one_of(
    st.builds(
        ImageClassified,
        image_id=image,
        model_id=model,
        weights_digest=st.just("d"),
        preprocessing_id=st.just("p"),
        classes=classes,
        embedding=st.sampled_from(["", "no embedding", *CODES]),
    ),
    st.builds(
        ImageClassified,
        image_id=image,
        model_id=model,
        weights_digest=st.just("d"),
        preprocessing_id=st.just("p"),
        classes=st.lists(st.tuples(small, st.sampled_from([0.05, 0.3, 0.6])), min_size=3, max_size=3),
        labels=st.permutations(["Dog", "DOG", "Grandma", "grandma", "Our garden"]).map(lambda some: some[:3]),
    ),
    st.builds(
        ImageExplained,
        image_id=image,
        model_id=model,
        weights_digest=st.just("d"),
        share=st.just(0.875),
        heat=st.lists(st.builds(ClassHeat, small, st.just(1), st.just(b"x")), max_size=2),
    ),
    st.builds(
        ObjectsDetected,
        image_id=image,
        model_id=model,
        weights_digest=st.just("d"),
        preprocessing_id=st.just("p"),
        boxes=st.lists(
            st.builds(ObjectBox, small, st.sampled_from([0.3, 0.9]), *[st.just(100)] * 4), max_size=3
        ),
        rotation=st.sampled_from([1, 6]),
    ),
    st.builds(
        ImageEncoded,
        image_id=image,
        model_id=model,
        weights_digest=st.just("d"),
        preprocessing_id=st.just("p"),
        code=st.sampled_from(["ABCOmM+qViaSN+ZZ1mc=", "no vector"]),
        rotation=st.sampled_from([1, 6]),
    ),
    st.builds(ClassificationFailed, image_id=image, model_id=model, reason=reason),
    st.builds(
        ProblemsIgnored, failures=st.lists(st.builds(FailureOf, image_id=image, model_id=model), max_size=2)
    ),
    st.builds(
        ProblemsShown, failures=st.lists(st.builds(FailureOf, image_id=image, model_id=model), max_size=2)
    ),
    st.builds(
        ModelRegistered,
        model_id=model,
        name=name,
        weights_digest=st.just("d"),
        preprocessing_id=st.just("p"),
        input_size=small,
        class_count=small,
        source=st.just("s"),
        labels=st.sampled_from([[], ["Dog", "Grandma"]]),
        kind=st.sampled_from(["classes", "boxes", "words"]),
    ),
    st.builds(ModelActivated, model_id=model, previous=st.one_of(st.none(), model)),
    st.builds(
        ModelLoaded, model_id=model, worker_id=name, device=st.just("CPU"), precision=st.just("float32")
    ),
)
CATEGORIES = st.one_of(
    st.builds(CategoryCreated, category_id=category, name=name, kind=st.sampled_from(["category", "group"])),
    st.builds(CategoryRestored, category_id=category),
    st.builds(CategoryMoved, category_id=category, group_id=st.one_of(st.none(), category)),
    st.builds(CategoriesMerged, category_id=category, into_id=category),
    st.builds(CategoryUnmerged, category_id=category),
    st.builds(CategoryHidden, category_id=category),
    st.builds(CategoryUnhidden, category_id=category),
    st.builds(ThresholdSet, category_id=category, threshold=st.sampled_from([None, 0.3, 0.8])),
    st.builds(CategoryRenamed, category_id=category, name=name),
    st.builds(CategoryDeleted, category_id=category),
    st.builds(CategoryAssigned, image_id=image, category_id=category),
    st.builds(CategoryRejected, image_id=image, category_id=category),
    st.builds(CategoryCleared, image_id=image, category_id=category),
    st.builds(FoldersPreferred, folders=st.lists(st.sampled_from(["/p", "/p/a", "/q"]), max_size=3)),
    st.builds(
        CopyKept,
        image_id=image,
        path=st.sampled_from([None, "/p/a.jpg", "/q/a/b.jpg"]),
        every=st.booleans(),
    ),
    st.builds(DistinctSet, image_ids=images, image_id=st.one_of(st.none(), image), distinct=st.booleans()),
    st.builds(SeasonsSet, hemisphere=st.sampled_from(["north", "south"])),
    st.builds(TimelineHides, category_ids=st.lists(category, max_size=2)),
)
TEACHING = st.one_of(
    st.builds(
        CategoryLearned,
        category_id=category,
        model_id=model,
        weights=st.sampled_from([*WEIGHTS, b"short"]),
        scale=st.sampled_from([0.001, 0.01]),
        bias=st.sampled_from([0.0, 3.0]),
        examples=small,
        refused=small,
        until=small,
    ),
    st.builds(CategoryTaught, category_id=category, taught=st.booleans()),
)
SEEN = [chr(ord("a") + number) for number in range(7)]
"""As many photos as answers need to count: three of each kind."""
AXES = np.random.default_rng(5).normal(size=(len(SEEN), 12))
VECTORS = encoded_vectors(AXES)
PACKED = [packed(row.tolist()) for row in AXES]
words_model, digest = st.sampled_from(["n", "o"]), st.sampled_from(["d", "d", "e"])
ENCODED = st.builds(
    ImageEncoded,
    image_id=st.sampled_from(SEEN),
    model_id=words_model,
    weights_digest=digest,
    preprocessing_id=st.just("p"),
    code=st.sampled_from([*VECTORS, "no vector"]),
)
DESCRIBING = st.one_of(
    ENCODED,
    st.builds(
        CategoryDescribed,
        category_id=category,
        sentences=st.lists(st.sampled_from(["A cake", "A lake"]), max_size=2),
    ),
    st.builds(
        DescriptionEncoded,
        category_id=category,
        model_id=words_model,
        weights_digest=digest,
        sentences=st.sampled_from([["A cake"], ["A cake", "A lake"], []]),
        vectors=st.sampled_from([PACKED[:1], PACKED[:2], [b"short"], []]),
        neutral=st.sampled_from([PACKED[3:], PACKED[4:6], []]),
        whole=st.booleans(),
    ),
)
ANSWERED = st.one_of(
    st.builds(CategoryAssigned, image_id=st.sampled_from(SEEN), category_id=category),
    st.builds(CategoryRejected, image_id=st.sampled_from(SEEN), category_id=category),
    st.builds(CategoryCleared, image_id=st.sampled_from(SEEN), category_id=category),
)
SHOWN = [
    CategoryDescribed(category_id="own", sentences=["A cake"]),
    DescriptionEncoded(
        category_id="own",
        model_id="n",
        weights_digest="d",
        sentences=["A cake"],
        vectors=PACKED[:1],
        neutral=PACKED[1:4],
    ),
    *(
        ImageEncoded(image_id=one, model_id="n", weights_digest="d", preprocessing_id="p", code=code)
        for one, code in zip(SEEN, VECTORS, strict=True)
    ),
    *(CategoryAssigned(image_id=one, category_id="own") for one in SEEN[:3]),
    *(CategoryRejected(image_id=one, category_id="own") for one in SEEN[3:6]),
]
"""Enough for answers to count. In any order, among others."""
LIKENED = st.builds(
    lambda some, *more: [By(event, JOBS[0]) for event in [*some[:-2], *more[0], *some[-2:], *more[1]]],
    st.permutations(SHOWN),
    *[st.lists(st.one_of(DESCRIBING, ANSWERED), max_size=8)] * 2,
)
ALBUMS = st.one_of(
    st.builds(AlbumCreated, album_id=album, name=name, q=st.sampled_from([None, "dog"]), names=named),
    st.builds(AlbumRenamed, album_id=album, name=name),
    st.builds(AlbumDescribed, album_id=album, description=name),
    st.builds(AlbumCoverSet, album_id=album, image_id=st.one_of(st.none(), image)),
    st.builds(AlbumOrderSet, album_id=album, order=st.sampled_from(["album", "taken_at"])),
    st.builds(AlbumSearchSet, album_id=album, q=name, names=named),
    st.builds(AlbumDeleted, album_id=album, into_id=st.one_of(st.none(), album)),
    st.builds(AlbumRestored, album_id=album),
    st.builds(AlbumShared, album_id=album, link_id=name, secret_hash=st.just("0" * 64)),
    st.builds(AlbumUnshared, album_id=album, link_id=name),
    st.builds(SharedAlbumVisited, album_id=album, link_id=name, visits=small),
    st.builds(Erased),
    st.builds(PhotosErased, count=small),
    st.builds(EntryLost),
    st.builds(LogRecovered, choice=st.just("recover"), lost=st.just([(3, 5)]), changed=st.just([9])),
    st.builds(AlbumReordered, album_id=album, image_ids=images, ranks=st.lists(name, max_size=3)),
    st.builds(ImagesAddedToAlbum, album_id=album, image_ids=images),
    st.builds(ImagesRemovedFromAlbum, album_id=album, image_ids=images),
)
ANY = st.one_of(LIBRARY, WORK, MODELS, CATEGORIES, TEACHING, DESCRIBING, ALBUMS)
LOGS = st.one_of(
    *(
        st.lists(st.builds(by, st.sampled_from(JOBS), some), min_size=1, max_size=40)
        for some in (
            LIBRARY,
            st.one_of(IMPORTED, SIDECARS, SILENT, MOVED),
            BESIDE,
            DATED,
            WORK,
            MODELS,
            CATEGORIES,
            ALBUMS,
            st.one_of(MODELS, TEACHING),
            st.one_of(MODELS, CATEGORIES, DESCRIBING),
            ANY,
        )
    ),
    LIKENED,
)
"""Restricted to one part of the library, so that events often interact, or from all of it."""


def dumped(*batches: Sequence[object]) -> str:
    db, tables = emptied_tables()
    deliver(tables, *batches)  # type: ignore[arg-type]
    return dump(db)


def loaded(*batches: Sequence[object]) -> str:
    """Use the bulk load: into empty tables, without indexes and triggers."""
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
    """Fails until a new event type is added to the property."""
    seen: set[type[Event]] = set()

    @settings(max_examples=1500, database=None, deadline=None, derandomize=True)
    @given(ANY)
    def collect(event: Event) -> None:
        seen.add(type(event))

    collect()
    assert seen == set(EVENTS.values())


@given(LOGS, st.data())
def test_however_the_log_is_read_the_tables_are_the_same(events: list[By], data: st.DataObject) -> None:
    """In one batch, one by one, in batches of any size, twice, with each event twice, and by a rebuild's bulk load: the
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


DAMAGE: dict[str, Callable[[Row], Row | None]] = {
    "missing": lambda row: None,
    "no JSON": lambda row: (*row[:4], "oops", *row[5:]),
    "no UTF-8": lambda row: (*row[:4], b'{"\xff', *row[5:]),
    "cut off": lambda row: (*row[:4], row[4][:-1], *row[5:]),
    "without fields": lambda row: (*row[:4], "{}", *row[5:]),
    "unknown type": lambda row: (*row[:2], "from_the_future", *row[3:]),
    "another type": lambda row: (*row[:2], "image_imported", *row[3:]),
    "newer schema": lambda row: (*row[:3], 99, *row[4:]),
    "no cause": lambda row: (*row[:5], b"\0", *row[6:]),
    "numbers too large": lambda row: (*row[:4], re.sub(r":-?[0-9]+", ":9" + "9" * 30, row[4]), *row[5:]),
    "large numbers": lambda row: (*row[:4], re.sub(r":-?[0-9]+", f":{2**63}", row[4]), *row[5:]),
    "largest numbers": lambda row: (*row[:4], re.sub(r":-?[0-9]+", f":{2**63 - 1}", row[4]), *row[5:]),
    "half a character": lambda row: (*row[:4], row[4].replace(':"', ':"\\ud800'), *row[5:]),
}


def followed(*batches: Sequence[Row]) -> str:
    """As the projector reads on: after where its tables are, and carefully if a value can't be stored."""
    db, tables = emptied_tables()
    for rows in batches:
        after, end = tables.position, (rows[-1][0], rows[-1][7])
        try:
            tables.apply(batch(list(rows), after), *end)
        except (OverflowError, UnicodeEncodeError):
            tables.apply(batch(list(rows), after, cautious=True), *end)
    return dump(db)


def rebuilt(*batches: Sequence[Row]) -> str:
    """As a rebuild does it: from the beginning, once more if a value can't be stored."""
    with TemporaryDirectory() as folder:
        for cautious in (False, True):
            load = Load(Path(folder) / "views.db")
            try:
                for rows in batches:
                    load.apply(batch(list(rows), load.position, cautious), rows[-1][0], rows[-1][7])
                load.finish()
                break
            except (OverflowError, UnicodeEncodeError):
                load.abandon()
        with closing(sqlite3.connect(Path(folder) / "views.db")) as db:
            return dump(db)


@given(LOGS, st.data())
def test_what_is_set_aside_does_not_depend_on_how_the_log_is_read(
    events: list[By], data: st.DataObject
) -> None:
    """Entries that can't be read or are missing between the others: the same tables, and the same is set aside, live in
    any batches and by a rebuild."""
    kinds = data.draw(
        st.lists(
            st.sampled_from([*[None] * len(DAMAGE), *DAMAGE]), min_size=len(events), max_size=len(events)
        )
    )
    rows = [DAMAGE[kind](row) if kind else row for row, kind in zip(log_rows(events), kinds, strict=True)]
    log = [row for row in rows if row is not None]
    if not log:
        return
    cuts = sorted(data.draw(st.sets(st.integers(1, len(log) - 1)))) if len(log) > 1 else []
    pieces = [log[a:b] for a, b in zip([0, *cuts], [*cuts, len(log)], strict=True)]
    once = followed(log)
    assert followed(*[[row] for row in log]) == once
    assert followed(*pieces) == once
    assert rebuilt(*pieces) == once
    assert rebuilt(log) == once
    if "no JSON" in kinds:
        assert "set_aside: (" in once
