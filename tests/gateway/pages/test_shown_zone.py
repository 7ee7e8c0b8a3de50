"""A photo's page says in which zone a date is shown of which only UTC is known."""

from services.domain.files.events import ScanStarted
from tests.gateway.pages.seeded import COUNT, image_id, photo
from tests.support.stack import Stack


async def test_the_zone_is_shown_where_it_is_a_guess_and_where_it_is_known(album: Stack) -> None:
    root = album.settings.photos[0]
    film = {"taken_at": "2020-03-01T02:00:00+00:00", "taken_at_source": "film"}
    await album.tell(
        ScanStarted(roots=[str(root)], zone="America/New_York"),
        *photo(COUNT, root, **film, latitude=None, longitude=None),
        *photo(COUNT + 1, root, **film, latitude=35.68, longitude=139.69),
    )
    guessed = (await album.client.get(f"/images/{image_id(COUNT)}")).text
    assert "29 February 2020, 21:00" in guessed
    assert "from the video, in the computer’s time zone, America/New York, unsure" in guessed
    placed = (await album.client.get(f"/images/{image_id(COUNT + 1)}")).text
    assert "1 March 2020, 11:00" in placed
    assert "from the video, in the time zone of its place, Asia/Tokyo" in placed
    other = (await album.client.get(f"/images/{image_id(0)}")).text
    assert "time zone" not in other
