"""Categories that a person describes in words: which photos they show, and which leave them again."""

import numpy as np
import pytest

from services.domain.categories.decisions import CategoryAssigned, CategoryCleared, CategoryRejected
from services.domain.categories.described import CategoryDescribed, DescriptionEncoded
from services.domain.categories.events import CategoriesMerged, CategoryCreated
from services.domain.jobs.encoding import ImageEncoded
from services.domain.jobs.objects import ObjectsDetected
from services.domain.subject import Event
from services.knowledge.captions import LEAST_SCORE, packed
from services.knowledge.vectors import encoded_vectors
from tests.support.given import given

MODEL = "clip"
DIMENSIONS = 32
CAKE, LAKE, *NEUTRAL = np.eye(DIMENSIONS)[:6]
"""What sentences mean."""
COMMON = 4 * np.eye(DIMENSIONS)[-1]
"""What a model gives to all photos alike."""
CREATED = CategoryCreated(category_id="own", name="Cakes")
DESCRIBED = CategoryDescribed(category_id="own", sentences=["A cake"])
LABELS = "SELECT image_id, category_id FROM image_category ORDER BY image_id, category_id"
ANSWERS = "SELECT accepted, rejected FROM calibration"


def read(
    *vectors: np.ndarray, category: str = "own", digest: str = "d", model: str = MODEL
) -> DescriptionEncoded:
    return DescriptionEncoded(
        category_id=category,
        model_id=model,
        weights_digest=digest,
        sentences=["A cake", "A lake"][: len(vectors)],
        vectors=[packed(one.tolist()) for one in vectors],
        neutral=[packed(one.tolist()) for one in NEUTRAL],
    )


def seen(image: str, *parts: tuple[np.ndarray, float], digest: str = "d", model: str = MODEL) -> ImageEncoded:
    """A photo that shows so much of something; `COMMON` besides, so that 0.1 of it makes about 2.5 of margin."""
    vector = COMMON + sum((share * part for part, share in parts), np.zeros(DIMENSIONS))
    code = encoded_vectors(vector[np.newaxis])[0]
    return ImageEncoded(
        image_id=image, model_id=model, weights_digest=digest, preprocessing_id="p", code=code
    )


READ = read(CAKE)
WITH_CAKE, WITHOUT = seen("a", (CAKE, 0.8)), seen("b", (NEUTRAL[0], 0.8))
STARTED: list[Event] = [CREATED, DESCRIBED, READ]


def row(*scores: float) -> list[Event]:
    """Photos a, b, c … which show so much of a cake, and as much as 0.4 of something neutral."""
    return [seen(chr(97 + n), (CAKE, share), (NEUTRAL[0], 0.4)) for n, share in enumerate(scores)]


def yes(*images: str) -> list[Event]:
    return [CategoryAssigned(image_id=one, category_id="own") for one in images]


def no(*images: str) -> list[Event]:
    return [CategoryRejected(image_id=one, category_id="own") for one in images]


def test_photos_that_look_like_the_sentence_belong_there() -> None:
    shown = ("SELECT image_id, category_id, source FROM image_category", ("a", "own", "described"))
    given(*STARTED, WITH_CAKE, WITHOUT).then(*shown)
    given(WITH_CAKE, WITHOUT, CREATED, READ, DESCRIBED).then(*shown)


def test_any_of_several_sentences_is_enough() -> None:
    both = CategoryDescribed(category_id="own", sentences=["A cake", "A lake"])
    lake = seen("c", (LAKE, 0.8))
    given(CREATED, both, read(CAKE, LAKE), WITH_CAKE, WITHOUT, lake).then(
        LABELS, ("a", "own"), ("c", "own")
    ).then("SELECT image_id, sentence FROM likeness WHERE margin > 1 ORDER BY image_id", ("a", 0), ("c", 1))


def test_a_photo_that_another_look_sees_otherwise_leaves() -> None:
    given(*STARTED, WITH_CAKE, seen("a", (NEUTRAL[0], 0.8))).then(LABELS)
    given(*STARTED, WITH_CAKE, ObjectsDetected(
        image_id="a", model_id=MODEL, weights_digest="d", preprocessing_id="p", boxes=[]
    )).then(LABELS)  # fmt: skip


def test_without_a_description_nothing_is_found() -> None:
    gone = CategoryDescribed(category_id="own", sentences=[])
    given(CREATED, READ, WITH_CAKE).then(LABELS)
    given(*STARTED, WITH_CAKE, gone).then(LABELS).then("SELECT * FROM likeness").then(
        "SELECT * FROM calibration"
    )
    given(*STARTED, WITH_CAKE, gone, DESCRIBED).then(LABELS, ("a", "own"))


def test_other_words_count_once_a_model_has_read_them() -> None:
    """Until then, and if it never does, the category keeps what the former words found."""
    other = CategoryDescribed(category_id="own", sentences=["A lake"])
    lake = seen("c", (LAKE, 0.8))
    given(*STARTED, WITH_CAKE, lake, other).then(LABELS, ("a", "own"))
    given(*STARTED, WITH_CAKE, lake, other, read(LAKE)).then(LABELS, ("c", "own"))


def test_the_persons_word_outranks_it() -> None:
    given(*STARTED, WITH_CAKE, WITHOUT, *no("a"), *yes("b")).then(LABELS, ("b", "own"))


def test_with_enough_answers_photos_leave_and_come() -> None:
    """a to f are sure by default; what the person says of a to c and d to f moves the line between g and h."""
    photos = row(1.4, 1.4, 1.3, 0.9, 0.9, 0.8, 0.7, 1.4)
    some = [*STARTED, *photos, *yes("a", "b", "c"), *no("d", "e")]
    given(*some).then(LABELS, *[(image, "own") for image in "abcfgh"]).then(ANSWERS, (3, 2))
    given(*some, *no("f")).then(LABELS, *[(image, "own") for image in "abch"]).then(ANSWERS, (3, 3))
    given(*some, *no("f"), CategoryCleared(image_id="f", category_id="own")).then(
        LABELS, *[(image, "own") for image in "abcfgh"]
    )


def test_answers_let_more_in() -> None:
    photos = row(0.3, 0.3, 0.25, 0.0, 0.0, 0.0, 0.3, 0.0)
    given(*STARTED, *photos).then(LABELS)
    given(*STARTED, *photos, *yes("a", "b", "c"), *no("d", "e", "f")).then(
        LABELS, *[(image, "own") for image in "abcg"]
    )


def test_answers_that_contradict_the_model_let_in_nothing_that_is_less_alike() -> None:
    """Each yes is less like the sentence than each no."""
    photos = row(0.2, 0.2, 0.2, 1.2, 1.2, 1.2, 0.0, 1.5)
    given(*STARTED, *photos, *yes("a", "b", "c"), *no("d", "e", "f")).then(
        LABELS, *[(image, "own") for image in "abch"]
    )


def test_an_answer_about_a_photo_that_the_model_has_not_seen_counts_once_it_has() -> None:
    photos = row(1.4, 1.4, 1.3, 0.9, 0.9, 0.8, 0.7)
    answers = [*yes("a", "b", "c"), *no("d", "e", "f")]
    given(*STARTED, *photos[:5], photos[6], *answers).then(ANSWERS, (3, 2))
    given(*STARTED, *photos[:5], photos[6], *answers, photos[5]).then(ANSWERS, (3, 3)).then(
        LABELS, *[(image, "own") for image in "abc"]
    )


def test_vectors_of_another_version_of_the_model_are_not_compared() -> None:
    """Neither those of photos, before it has seen them again, nor those of the sentences."""
    given(*STARTED, seen("a", (CAKE, 0.8), digest="e"), WITHOUT).then(LABELS)
    again = [read(CAKE, digest="e"), seen("c", (CAKE, 0.8), digest="e")]
    given(*STARTED, WITH_CAKE, *again).then(LABELS, ("c", "own"))


def test_of_several_models_the_higher_score_counts_and_each_is_fitted_by_itself() -> None:
    second = read(CAKE, model="siglip")
    third = seen("c", (CAKE, 0.8), model="siglip")
    given(*STARTED, WITH_CAKE, WITHOUT, second, third, seen("a", (NEUTRAL[0], 0.8), model="siglip")).then(
        LABELS, ("a", "own"), ("c", "own")
    ).then("SELECT model_id FROM calibration ORDER BY model_id", ("clip",), ("siglip",))


def test_a_category_with_classes_may_be_described_too() -> None:
    """And one that was merged into it counts for it, each photo once."""
    own = [CategoryDescribed(category_id="dog", sentences=["A cake"]), read(CAKE, category="dog")]
    merged = CategoriesMerged(category_id="own", into_id="dog")
    given(*STARTED, *own, WITH_CAKE, merged).then(LABELS, ("a", "dog"))


@pytest.mark.parametrize("category", ["clothing", "music"])
def test_what_a_person_describes_is_never_silent(category: str) -> None:
    """Beside people, what classes say of clothing and the like counts only if it is sure."""
    described = [CategoryDescribed(category_id=category, sentences=["A cake"]), read(CAKE, category=category)]
    person = CategoryAssigned(image_id="a", category_id="person")
    (unsure,) = row(0.46)
    given(*described, unsure, person).then(
        "SELECT score < 0.9 FROM label WHERE model_id = 'described'", (1,)
    ).then(LABELS, ("a", category), ("a", "person"))


@pytest.mark.parametrize(
    "changes",
    [
        {"vectors": []},
        {"vectors": [b"short"]},
        {"neutral": []},
        {"neutral": [b"of another length"]},
        {"sentences": []},
        {"vectors": [bytes(DIMENSIONS)]},
    ],
)
def test_vectors_that_say_nothing_find_nothing(changes: dict[str, object]) -> None:
    fields = {name: getattr(READ, name) for name in READ.__struct_fields__} | changes
    given(CREATED, DESCRIBED, DescriptionEncoded(**fields), WITH_CAKE).then(LABELS)


def test_photos_with_no_vector_or_one_of_another_model_are_passed_over() -> None:
    broken = ImageEncoded(
        image_id="x", model_id=MODEL, weights_digest="d", preprocessing_id="p", code="no vector"
    )
    short = ImageEncoded(
        image_id="y",
        model_id=MODEL,
        weights_digest="d",
        preprocessing_id="p",
        code=encoded_vectors(np.ones((1, 9)))[0],
    )
    given(*STARTED, broken, WITH_CAKE, short, *no("x", "y")).then(LABELS, ("a", "own")).then(ANSWERS, (0, 0))


def test_scores_are_kept_from_the_floor_up() -> None:
    """As of other sources: what is a little less likely can be asked about, and shown from another threshold on."""
    sure = "SELECT min(score) >= {0}, max(score) < {1} FROM label WHERE model_id = 'described'"
    for share, low, high in ((0.4, LEAST_SCORE, 0.5), (0.42, 0.5, 0.9)):
        given(*STARTED, *row(share)).then(sure.format(low, high), (1, 1))
    given(*STARTED, *row(0.3)).then("SELECT * FROM label").then("SELECT image_id FROM likeness", ("a",))
