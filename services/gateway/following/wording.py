"""How a copy stands to the album that it follows, in words."""

from datetime import datetime

from services.domain.words import Moment, Number, StoredReason
from services.gateway.health.condition import Condition
from services.gateway.i18n.language import _
from services.kernel.sentence import Sentence


def away(address: str, reason: str, then_s: float | None) -> Condition:
    """`then_s`: until when the copy is known to be the album, seconds since 1970; None: there is nothing yet."""
    remedy = Sentence("It keeps trying; nothing can be changed until then.")
    if then_s is None:
        problem = Sentence(
            "%(address)s can’t be reached (%(why)s), so there is no library to show yet.",
            address=address,
            why=StoredReason(reason),
        )
    else:
        then = Moment(datetime.fromtimestamp(then_s).isoformat(timespec="seconds"))
        problem = Sentence(
            "Showing the library as of %(then)s; %(address)s can’t be reached (%(why)s).",
            then=then,
            address=address,
            why=StoredReason(reason),
        )
    return Condition(code="origin_away", problem=problem, remedy=remedy, grave=False)


def differs(address: str, position: int) -> Condition:
    problem = Sentence(
        "The library at %(address)s is not the one that this is a copy of: entry %(position)s of its log is another.",
        address=address,
        position=Number(position),
    )
    return _changed(problem)


def ends(address: str, end: int, head: int) -> Condition:
    """`end`: of its log; `head`: of the copy."""
    problem = Sentence(
        "The log of %(address)s ends at entry %(end)s, but this copy of it has %(head)s.",
        address=address,
        end=Number(end),
        head=Number(head),
    )
    return _changed(problem)


def _changed(problem: Sentence) -> Condition:
    remedy = Sentence(
        "The copy stays as it is. If the address is right, start the reader with --begin-anew: "
        "it copies the library anew."
    )
    return Condition(code="origin_differs", problem=problem, remedy=remedy)


def behind(address: str, number: int) -> Condition:
    """`number`: of entries."""
    return Condition(
        code="origin_ahead",
        problem=Sentence(
            "This copy is %(number)s entries behind %(address)s.", number=Number(number), address=address
        ),
        remedy=Sentence("Nothing is lost: it is catching up."),
        grave=False,
    )


def unchanged(address: str) -> str:
    """Why nothing was sent."""
    return _("The library at %(address)s can’t be reached; nothing was changed.", address=address)


def unknown(address: str) -> str:
    """Why nobody knows what came of what was sent."""
    return _(
        "The library at %(address)s gave no answer: whether the change was made shows once it can be reached again.",
        address=address,
    )


def unreachable(address: str) -> str:
    """Why there is no picture or page."""
    return _("This comes from %(address)s, which can’t be reached.", address=address)


def other() -> str:
    """Why nothing is sent to an album that this is no copy of."""
    return _("This copy no longer follows its library, so nothing was changed.")
