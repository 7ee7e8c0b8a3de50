"""Labels of a person's own classifier become categories, matched by their whole name, whatever existed before."""

from services.domain.categories.events import CategoryDeleted, CategoryRenamed
from services.domain.jobs.events import ImageClassified
from services.domain.models.events import ModelActivated
from services.projector.projections.labels import category_of
from tests.support.given import given

LABELS = "SELECT category_id, score FROM label ORDER BY score DESC, category_id"
OWN = "SELECT category_id, name, group_id, kind, threshold, origin, deleted FROM category WHERE origin = 'model'"
GRANDMA = category_of("Grandma")


def seen(*said: tuple[str, float], model: str = "own", image: str = "a") -> ImageClassified:
    return ImageClassified(
        image_id=image,
        model_id=model,
        weights_digest="d",
        preprocessing_id="p",
        classes=[(index, p) for index, (_, p) in enumerate(said)],
        labels=[name for name, _ in said],
    )


def test_a_label_that_is_called_like_a_category_is_that_category() -> None:
    """Regardless of case; its group counts it too. The index's meaning in ImageNet is irrelevant."""
    given(seen(("dOG", 0.8), ("tench", 0.15))).then(
        LABELS, ("animals", 0.8), ("dog", 0.8), (category_of("tench"), 0.15)
    )


def test_another_name_is_another_category() -> None:
    """Partial names don't match: "robin bird" is not Bird, and "crane, machine" is not crane."""
    given(seen(("robin bird", 0.6), ("Dog house", 0.4))).then(
        LABELS, (category_of("robin bird"), 0.6), (category_of("Dog house"), 0.4)
    )


def test_any_other_label_has_a_category_of_its_own() -> None:
    """Shared by the same label of two models; not created below the floor."""
    other = seen(("GRANDMA", 0.5), model="other", image="b")
    given(seen(("Grandma", 0.9), ("Garden", 0.05)), other).then(
        OWN, (GRANDMA, "Grandma", None, "category", 0.5, "model", 0)
    )


def test_what_the_person_made_of_it_stays() -> None:
    """A label's category stays renamed or deleted after the next photo, too."""
    renamed = CategoryRenamed(category_id=GRANDMA, name="Oma")
    deleted = CategoryDeleted(category_id=GRANDMA)
    query = "SELECT name, deleted FROM category WHERE origin = 'model'"
    given(seen(("Grandma", 0.9)), renamed, seen(("Grandma", 0.8), image="b")).then(query, ("Oma", 0))
    given(seen(("Grandma", 0.9)), deleted, seen(("Grandma", 0.8), image="b")).then(query, ("Grandma", 1))


def test_it_is_shown_from_its_threshold_on() -> None:
    given(ModelActivated(model_id="own"), seen(("Grandma", 0.6)), seen(("Grandma", 0.4), image="b")).then(
        "SELECT image_id, category_id, source FROM image_category", ("a", GRANDMA, "model")
    )


def test_the_verdict_keeps_the_names() -> None:
    given(seen(("Grandma", 0.75), ("Dog", 0.25))).then(
        "SELECT classes, labels FROM verdict", ("[[0,0.75],[1,0.25]]", '["Grandma","Dog"]')
    )


def test_probabilities_of_their_own_may_add_up_to_more_than_one() -> None:
    given(seen(("Grandma", 0.9), ("Garden", 0.9))).then(
        LABELS, *sorted([(GRANDMA, 0.9), (category_of("garden"), 0.9)])
    )
