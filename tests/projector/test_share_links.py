"""Share links in the read tables: delivered once, or more than once, or all over again."""

from services.domain.albums.sharing import AlbumShared, AlbumUnshared, SharedAlbumVisited
from services.domain.subject import Event
from tests.support.given import given

_ROWS = "SELECT link_id, visits, revoked_us IS NOT NULL FROM share_link ORDER BY link_id"


def shared(link: str) -> AlbumShared:
    return AlbumShared(album_id="a", link_id=link, secret_hash="0" * 64)


def visited(link: str, visits: int) -> SharedAlbumVisited:
    return SharedAlbumVisited(album_id="a", link_id=link, visits=visits)


EVENTS: list[Event] = [shared("x"), visited("x", 1), shared("y"), visited("x", 4), visited("y", 2)]


def test_visits_count_once_however_often_they_are_delivered() -> None:
    """`given` delivers each event more than once."""
    given(*EVENTS).then(_ROWS, ("x", 5, 0), ("y", 2, 0))


def test_a_revoked_link_stays_revoked() -> None:
    revoked = AlbumUnshared(album_id="a", link_id="x")
    given(*EVENTS, revoked, visited("x", 1)).then(_ROWS, ("x", 6, 1), ("y", 2, 0))
