"""Labels from boxes: people and vehicles that are a subject of a photo, beside what classifiers say."""

from services.domain.jobs.events import ImageClassified
from services.domain.jobs.objects import ObjectBox, ObjectsDetected
from services.domain.models.events import ModelActivated
from services.inference.registry import DETECTORS
from services.knowledge import coco, taxonomy
from tests.support.given import given
from tests.support.models import registered

LITE, FINDER = "efficientnet-lite0", "finder"
CATEGORIES = "SELECT category_id, source FROM image_category ORDER BY category_id"
CAB = 468
NOTHING = (971, 0.3)
"""A bubble, in no category: half as likely as another class of 0.5, it leaves that one about two thirds."""
USED = (
    ModelActivated(model_id=LITE),
    registered(FINDER, kind="boxes", side=512, count=80),
)


def box(name: str, score: float = 0.7, side: int = 400) -> ObjectBox:
    return ObjectBox(coco.COCO.index(name), score, 0, 0, side, side)


def found(*boxes: ObjectBox, model: str = FINDER) -> ObjectsDetected:
    return ObjectsDetected(
        image_id="a", model_id=model, weights_digest="d", preprocessing_id="p", boxes=list(boxes)
    )


def seen(*classes: tuple[int, float]) -> ImageClassified:
    return ImageClassified(
        image_id="a", model_id=LITE, weights_digest="d", preprocessing_id="p", classes=list(classes)
    )


def test_each_is_a_category() -> None:
    assert set(coco.CATEGORY_OF) <= set(coco.COCO)
    assert set(coco.CATEGORY_OF.values()) <= set(taxonomy.load().categories)


def test_what_is_large_and_sure_names_the_photo() -> None:
    boxes = (box("person"), box("bus", 0.4), box("car", side=200), box("dog", 0.9), box("truck"))
    given(*USED, found(*boxes)).then(CATEGORIES, ("person", "model"), ("truck", "model"))


def test_a_category_is_shown_once_whoever_says_it() -> None:
    sure = "SELECT category_id, score FROM image_category WHERE category_id = 'car'"
    given(*USED, seen((CAB, 0.5), NOTHING), found(box("car", 0.95))).then(sure, ("car", 0.95))
    given(*USED, found(box("car", 0.5)), seen((CAB, 0.99))).then(
        "SELECT category_id, score > 0.9 FROM image_category WHERE category_id = 'car'", ("car", 1)
    )


def test_our_detector_says_how_often_it_is_right() -> None:
    """Boxes of 0.6 are right in nine of ten photos. Thresholds see no difference, so the same photos are shown; what
    another detector says is taken as it is."""
    ours = next(iter(DETECTORS))
    score = "SELECT CASE WHEN score > 0.9 THEN 'sure' ELSE round(score, 2) END FROM label WHERE category_id = 'car'"
    for model, said, wanted in ((ours, 0.6, "sure"), (ours, 0.44, 0.44), (FINDER, 0.6, 0.6)):
        used = registered(model, kind="boxes", side=512, count=80)
        given(used, found(box("car", said), model=model)).then(score, (wanted,))


def test_another_look_replaces_it() -> None:
    given(*USED, found(box("person")), found(box("train"))).then(CATEGORIES, ("train", "model"))


def test_boxes_of_an_unknown_model_name_nothing() -> None:
    given(USED[0], found(box("person"))).then(CATEGORIES)
