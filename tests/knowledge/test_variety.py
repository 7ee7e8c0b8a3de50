"""Questions of one day: worth asking, of different times and folders, and others each day."""

from services.knowledge.variety import ROUNDS, Question, todays, various

MANY = [Question(f"photo {n}", 1.0 + n % 7, (f"in {n % 5}", f"on {n % 11}")) for n in range(1000)]


def test_the_most_valuable_come_first() -> None:
    some = [Question("a", 0.5, ()), Question("b", 1.5, ()), Question("c", 1.0, ())]
    assert [one.id for one in various(some, 2)] == ["b", "c"]


def test_another_folder_comes_before_the_same() -> None:
    """A trait in common halves the value, each time."""
    some = [Question("a", 1.0, ("x",)), Question("b", 0.9, ("x",)), Question("c", 0.5, ("y",))]
    assert [one.id for one in various(some, 3)] == ["a", "c", "b"]


def test_no_day_asks_what_another_did() -> None:
    asked = [one.id for day in range(700, 700 + ROUNDS) for one in todays(MANY, day, 10)]
    assert len(asked) == 10 * ROUNDS
    assert len({*asked}) == len(asked)
    assert todays(MANY, 700 + ROUNDS, 10) == todays(MANY, 700, 10)


def test_a_few_questions_still_differ_from_day_to_day() -> None:
    days = [{one.id for one in todays(MANY[:45], day, 10)} for day in (1, 2)]
    assert [len(day) for day in days] == [10, 10]
    assert len(days[0] & days[1]) <= 4


def test_an_answer_changes_no_other_day() -> None:
    before = todays(MANY, 5, 10)
    left = [one for one in MANY if one != before[0]]
    assert todays(left, 6, 10) == todays(MANY, 6, 10)
    assert before[0] not in todays(left, 5, 10)


def test_fewer_than_a_day_are_all_asked() -> None:
    assert {*todays(MANY[:7], 3, 10)} == {*MANY[:7]}
    assert todays([], 3, 10) == []
