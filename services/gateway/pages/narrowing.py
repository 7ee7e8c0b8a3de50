"""What narrows a search: for each kind, what is chosen, then what else its photos have in common."""

from collections.abc import Sequence

import msgspec

from services.gateway.i18n.builtin_names import named
from services.gateway.i18n.language import _, code
from services.gateway.i18n.wording import camera_name
from services.gateway.queries.facets import Facet, facets
from services.gateway.queries.months import months
from services.gateway.search.explain import Chip
from services.gateway.search.filters import Filter
from services.gateway.search.grammar import quoted
from services.gateway.tables.pool import Views
from services.gateway.web.answer import link
from services.knowledge.folding import fold
from services.knowledge.stated import UNDATED


class Option(msgspec.Struct, frozen=True):
    name: str
    count: int
    href: str


class FacetRow(msgspec.Struct, frozen=True):
    heading: str
    picks: Sequence[Chip]
    """What is chosen."""
    options: Sequence[Option]


async def narrowing(views: Views, criteria: Filter, chips: Sequence[Chip]) -> list[FacetRow]:
    """`chips`: of the search. A photo may be in several categories, but is of one year, of one place and by one camera:
    others of these are in place of the one that is chosen."""
    headings = {
        "category": _("Categories"),
        "place": _("Places"),
        "year": _("Years"),
        "camera": _("Cameras"),
    }
    rows = []
    for kind, heading in headings.items():
        picks = [chip for chip in chips if chip.kind == kind]
        instead = kind != "category" and len(picks) == 1
        q = picks[0].q if instead else criteria.q or ""
        base = msgspec.structs.replace(criteria, q=q or None) if instead else criteria
        total, options = await _options(views, base, kind)
        rows.append(FacetRow(heading, picks, _links(q, kind, options, [one.value for one in picks], total)))
    return [row for row in rows if row.picks or row.options]


async def _options(views: Views, criteria: Filter, kind: str) -> tuple[int, list[Facet]]:
    """The number of photos, and the most frequent of a kind among them."""
    counted = await months(views, criteria)
    if kind == "year":
        years: dict[str, int] = {}
        for month, number in counted.counts.items():
            if month != UNDATED:
                years[month[:4]] = years.get(month[:4], 0) + number
        return counted.total, [Facet(year, number) for year, number in reversed(years.items())]
    common = await facets(views, criteria, code())
    return counted.total, {"category": common.categories, "place": common.places, "camera": common.cameras}[
        kind
    ]


def _links(q: str, kind: str, options: Sequence[Facet], picks: Sequence[str], total: int) -> list[Option]:
    """Only those that narrow the search, so none that all matching photos share."""
    spelled = {"category": named, "camera": camera_name}.get(kind, str)
    names = set(map(fold, picks))
    return [
        Option(
            spelled(one.name), one.count, link("/search", q=f"{q} {kind}:{quoted(_term(kind, one))}".strip())
        )
        for one in options
        if one.count < total and fold(spelled(one.name)) not in names
    ]


def _term(kind: str, option: Facet) -> str:
    """Categories go by their names in the page's language."""
    return named(option.name) if kind == "category" else option.name
