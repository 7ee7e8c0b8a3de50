"""Labels from heads: everyday ideas beside a network's classes."""

from services.domain.jobs.events import ImageClassified
from services.domain.jobs.objects import ObjectsDetected
from services.domain.models.events import ModelActivated
from tests.support.given import given
from tests.support.ideas import showing

LITE = "efficientnet-lite0"
PEOPLE = showing(LITE, "person")
LABELS = "SELECT category_id FROM label WHERE score >= 0.45 ORDER BY category_id"
PUG, ALP = 254, 970
NOTHING = (971, 0.3)
"""A bubble, in no category: half as likely as another class of 0.5, it leaves that one about two thirds."""


def seen(
    *classes: tuple[int, float], embedding: str = PEOPLE, image: str = "a", model: str = LITE
) -> ImageClassified:
    return ImageClassified(
        image_id=image,
        model_id=model,
        weights_digest="d",
        preprocessing_id="p",
        classes=list(classes),
        embedding=embedding,
    )


def test_people_are_seen_though_no_class_names_them() -> None:
    given(ModelActivated(model_id=LITE), seen(NOTHING)).then(
        "SELECT image_id, category_id, source FROM image_category", ("a", "person", "model")
    )


def test_a_category_with_classes_keeps_the_higher_score() -> None:
    """A head says landscape, and the classes a mountain with more or less certainty."""
    high = "SELECT score > 0.97 FROM label WHERE category_id = 'mountain'"
    mountain = showing(LITE, "mountain")
    given(seen((ALP, 0.99), embedding=mountain)).then(high, (1,))
    given(seen((ALP, 0.1), NOTHING, embedding=mountain)).then(high, (1,))


def test_another_look_replaces_what_the_heads_said() -> None:
    given(seen((PUG, 0.9)), seen((PUG, 0.9), embedding="")).then(LABELS, ("animals",), ("dog",))


def test_a_verdict_of_boxes_by_the_same_model_replaces_its_embedding() -> None:
    """Else a rebuild would find labels in it that the tables had lost."""
    boxes = ObjectsDetected(image_id="a", model_id=LITE, weights_digest="d", preprocessing_id="p", boxes=[])
    given(seen(NOTHING), boxes).then("SELECT image_id FROM embedding")


def test_a_model_without_heads_is_only_classes() -> None:
    given(seen((PUG, 0.9), model="efficientnet-b9")).then(LABELS, ("animals",), ("dog",))


def test_one_broken_embedding_costs_no_other_photo() -> None:
    broken = seen((PUG, 0.9), embedding="no embedding", image="b")
    given(broken, seen(NOTHING)).then(
        "SELECT image_id, category_id FROM label WHERE score >= 0.45 ORDER BY image_id, category_id",
        ("a", "person"), ("b", "animals"), ("b", "dog"),
    )  # fmt: skip
