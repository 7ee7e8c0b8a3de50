"""The names of albums in a list, so that two of one name can be told apart."""

from collections import Counter
from collections.abc import Iterable

from services.gateway.i18n.language import _, reading_order
from services.gateway.i18n.wording import moment_name, photos, span
from services.gateway.queries.albums import Album, albums
from services.gateway.tables.pool import Views


def twins(listed: Iterable[tuple[str, str]]) -> set[str]:
    """Ids of those, of (id, name), whose name another one has, too."""
    pairs = list(listed)
    count = Counter(name.casefold() for _id, name in pairs)
    return {album_id for album_id, name in pairs if count[name.casefold()] > 1}


async def told_apart(views: Views, listed: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """`listed`: (id, name). By name; with photos, dates and when it was made behind the name of one that has twins."""
    pairs = sorted(listed, key=lambda one: (reading_order(one[1]), one[0]))
    same = twins(pairs)
    if not same:
        return pairs
    by_id = {one.id: one for one in await albums(views) if one.id in same}
    return [
        (album_id, f"{name} ({details(by_id[album_id])})" if album_id in by_id else name)
        for album_id, name in pairs
    ]


def details(album: Album) -> str:
    dates = [span(album.first, album.last)] if album.first and album.last else []
    return ", ".join(
        [photos(album.count), *dates, _("created on %(date)s", date=moment_name(album.created_us))]
    )
