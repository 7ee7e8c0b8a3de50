"""How merging, moving, hiding and deleting categories changes what photos are shown under."""

import pytest

from services.domain.categories.decisions import CategoryAssigned, CategoryRejected
from services.domain.categories.events import (
    CategoriesMerged,
    CategoryCreated,
    CategoryDeleted,
    CategoryHidden,
    CategoryMoved,
    CategoryRestored,
    CategoryUnhidden,
    CategoryUnmerged,
    ThresholdSet,
)
from services.domain.jobs.events import ImageClassified
from services.domain.models.events import ModelActivated
from services.domain.subject import Event
from tests.support.given import given

SHOWN = "SELECT image_id, category_id, score, source FROM image_category ORDER BY image_id, category_id"
HUSKY, TABBY, FOX, WEASEL = 250, 281, 277, 356


def classified(image: str, *classes: tuple[int, float], model: str = "m") -> ImageClassified:
    return ImageClassified(
        image_id=image, model_id=model, weights_digest="d", preprocessing_id="p", classes=list(classes)
    )


def merged(category: str, into: str) -> CategoriesMerged:
    return CategoriesMerged(category_id=category, into_id=into)


def assigned(image: str, category: str) -> CategoryAssigned:
    return CategoryAssigned(image_id=image, category_id=category)


def rejected(image: str, category: str) -> CategoryRejected:
    return CategoryRejected(image_id=image, category_id=category)


def own(category: str, group: str | None = None, kind: str = "category") -> CategoryCreated:
    return CategoryCreated(category_id=category, name=category.title(), group_id=group, kind=kind)  # type: ignore[arg-type]


def set_to(category: str, threshold: float | None) -> ThresholdSet:
    return ThresholdSet(category_id=category, threshold=threshold)


ACTIVE = ModelActivated(model_id="m")
QUIET = ThresholdSet(category_id="animals", threshold=1.0)
"""Keeps the group's own label out of the rows."""


def test_what_is_said_of_the_one_counts_for_the_other() -> None:
    """The model's and the person's labels, from before and after; the merged category disappears."""
    given(
        ACTIVE,
        QUIET,
        classified("a", (TABBY, 0.9)),
        assigned("b", "cat"),
        merged("cat", "dog"),
        assigned("c", "cat"),
    ).then(SHOWN, ("a", "dog", 0.9, "model"), ("b", "dog", 1.0, "user"), ("c", "dog", 1.0, "user"))


def test_until_it_is_undone() -> None:
    given(
        ACTIVE,
        QUIET,
        classified("a", (TABBY, 0.9)),
        merged("cat", "dog"),
        CategoryUnmerged(category_id="cat"),
    ).then(SHOWN, ("a", "cat", 0.9, "model"))


def test_merging_leads_on_to_the_last() -> None:
    """In whatever order the merges happened; the last may be a person's own category."""
    chain = [merged("cat", "dog"), own("pets"), merged("dog", "pets")]
    for events in (chain, chain[::-1]):
        given(ACTIVE, QUIET, *events, classified("a", (TABBY, 0.9))).then(SHOWN, ("a", "pets", 0.9, "model"))


def test_a_circle_leads_nowhere() -> None:
    """No command creates one; if the log had one, each category would stay separate."""
    given(
        ACTIVE,
        QUIET,
        merged("cat", "dog"),
        merged("dog", "cat"),
        merged("bird", "bird"),
        classified("a", (TABBY, 0.9)),
    ).then(SHOWN, ("a", "cat", 0.9, "model"))


def test_a_photo_of_both_is_there_once() -> None:
    """The most certain label is shown, the person's above all."""
    seen = classified("a", (TABBY, 0.46), (HUSKY, 0.5))
    given(ACTIVE, QUIET, seen, merged("cat", "dog")).then(SHOWN, ("a", "dog", 0.5, "model"))
    given(ACTIVE, QUIET, seen, assigned("a", "cat"), assigned("a", "dog"), merged("cat", "dog")).then(
        SHOWN, ("a", "dog", 1.0, "user")
    )


def test_the_last_word_about_either_counts() -> None:
    seen = classified("a", (HUSKY, 0.9))
    given(ACTIVE, QUIET, seen, rejected("a", "cat"), merged("cat", "dog")).then(SHOWN)
    given(ACTIVE, QUIET, seen, rejected("a", "cat"), assigned("a", "dog"), merged("cat", "dog")).then(
        SHOWN, ("a", "dog", 1.0, "user")
    )


def test_one_threshold_decides_for_all_that_were_merged() -> None:
    seen = classified("a", (TABBY, 0.3))
    given(ACTIVE, QUIET, seen, merged("cat", "dog"), set_to("dog", 0.25)).then(
        SHOWN, ("a", "dog", 0.3, "model")
    )
    given(ACTIVE, QUIET, seen, merged("cat", "dog"), set_to("cat", 0.25)).then(SHOWN)


def test_a_chosen_threshold_may_go_back_to_the_built_in_one() -> None:
    seen = classified("a", (TABBY, 0.3))
    given(ACTIVE, QUIET, seen, set_to("cat", 0.3)).then(SHOWN, ("a", "cat", 0.3, "model"))
    given(ACTIVE, QUIET, seen, set_to("cat", 0.3), set_to("cat", None)).then(SHOWN)


def test_a_restored_category_has_all_that_it_had() -> None:
    events = (ACTIVE, QUIET, classified("a", (TABBY, 0.9)), CategoryDeleted(category_id="cat"))
    given(*events).then(SHOWN)
    given(*events, CategoryRestored(category_id="cat")).then(SHOWN, ("a", "cat", 0.9, "model"))


def test_hiding_forgets_nothing() -> None:
    given(ACTIVE, QUIET, classified("a", (TABBY, 0.9)), CategoryHidden(category_id="cat")).then(
        SHOWN, ("a", "cat", 0.9, "model")
    ).then("SELECT hidden FROM shown_category WHERE category_id = 'cat'", (1,))


@pytest.mark.parametrize(
    ("said", "group", "hidden"),
    [
        ([], "animals", 0),
        ([CategoryMoved(category_id="cat", group_id="pets")], "pets", 0),
        ([CategoryMoved(category_id="cat", group_id=None)], None, 0),
        ([CategoryDeleted(category_id="animals")], None, 0),
        ([CategoryDeleted(category_id="animals"), CategoryRestored(category_id="animals")], "animals", 0),
        ([merged("animals", "pets")], "pets", 0),
        ([CategoryHidden(category_id="animals")], "animals", 1),
        ([CategoryHidden(category_id="animals"), CategoryUnhidden(category_id="animals")], "animals", 0),
    ],
)
def test_where_a_category_stands(said: list[Event], group: str | None, hidden: int) -> None:
    """In the group its group was merged into; in none if that is deleted; hidden with it."""
    given(own("pets", kind="group"), *said).then(
        "SELECT group_id, hidden FROM shown_category WHERE category_id = 'cat'", (group, hidden)
    )


def test_a_group_does_not_keep_what_left_it() -> None:
    """The network's class for animals in general may mean the cat, which is elsewhere now."""
    seen = classified("a", (TABBY, 0.9))
    elsewhere = CategoryMoved(category_id="cat", group_id=None)
    back = CategoryMoved(category_id="cat", group_id="animals")
    both = (("a", "animals", 0.9, "model"), ("a", "cat", 0.9, "model"))
    given(ACTIVE, seen).then(SHOWN, *both)
    given(ACTIVE, seen, elsewhere).then(SHOWN, both[1])
    given(ACTIVE, seen, elsewhere, back).then(SHOWN, *both)
    given(ACTIVE, elsewhere, classified("a", (HUSKY, 0.9))).then(
        SHOWN, ("a", "animals", 0.9, "model"), ("a", "dog", 0.9, "model")
    )
