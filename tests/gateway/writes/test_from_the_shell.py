"""The requests of `albumen classify` and `albumen jobs` to a running Albumen."""

import argparse
from typing import Any

import pytest

from services.cli.arguments import parser
from services.cli.bars import pace
from services.cli.errors import Unusable
from services.cli.joblist import retry, steer
from services.cli.jobs import asked, named
from services.gateway.queries.albums import Album
from services.gateway.running.job_status import JobStatus
from tests.support.classifier import MODEL, classifier_of
from tests.support.one_line import one_line
from tests.support.stack import Stack


def line(*words: str) -> argparse.Namespace:
    return parser().parse_args(["classify", *words])


@pytest.mark.parametrize(
    ("words", "command", "body"),
    [
        ([], "classify", {"images": "unclassified"}),
        (["--all"], "classify", {"images": "all"}),
        (["--unclassified", "--model", "m"], "classify", {"images": "unclassified", "model": "m"}),
        (["--search", "dog 2016"], "classify", {"q": "dog 2016"}),
        (["--retry-failed", "--model", "m"], "retry-failed", {"model": "m"}),
    ],
)
async def test_what_a_line_asks_for(stack: Stack, words: list[str], command: str, body: Any) -> None:
    assert await asked(stack.client, line(*words)) == (command, body)


async def test_an_album_by_its_name(scanned: Stack) -> None:
    await scanned.done("create-album", {"name": "Lake"})
    (album,) = await scanned.get("/api/albums")
    for name in ("Lake", " lake ", album["id"]):
        assert await asked(scanned.client, line("--album", name)) == ("classify", {"album": album["id"]})


def test_a_name_that_fits_none_or_several() -> None:
    albums = [
        Album(
            id=id_, name=name, count=count, cover=None, cover_colour=None, created_us=0,
            first="2016-06-12T10:00:00" if count else None, last="2016-07-01T10:00:00" if count else None,
        )
        for id_, name, count in (("a", "Lake", 0), ("b", "lake", 2))
    ]  # fmt: skip
    with pytest.raises(Unusable, match=r"a \(0 photos\), b \(2 photos, 2016-06-12 to 2016-07-01\)"):
        named(albums, "Lake")
    with pytest.raises(Unusable, match="no album"):
        named(albums, "Sea")
    assert named(albums, "b") == "b"


@pytest.mark.parametrize("words", [["--all", "--search", "x"], ["--album", "a", "--retry-failed"]])
def test_photos_are_said_in_one_way(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        line(*words)
    assert "not allowed with" in capsys.readouterr().err


def test_the_pace_is_told() -> None:
    def job(**said: Any) -> JobStatus:
        return JobStatus(**{"command_id": "c", "type": "classify_images", "status": "running"} | said)

    assert pace(job()) == ""
    assert pace(job(rate=212.4, eta_s=55)) == "212/s · 55 s left"
    assert pace(job(rate=2.55, eta_s=None)) == "2.5/s"
    assert pace(job(rate=2.0, note="Waiting for a classifier.")) == "Waiting for a classifier."
    assert pace(job(status="paused")) == "paused"


async def test_a_job_is_steered_and_listed(scanned: Stack) -> None:
    job = (await scanned.post("classify")).json()["command_id"]
    assert (await steer(scanned.client, "pause", job)).status == "paused"
    latest, scan = await scanned.get("/api/jobs")
    assert (latest["command_id"], latest["status"], latest["total"]) == (job, "paused", 3)
    assert (scan["type"], scan["status"]) == ("scan_library", "done")
    assert (await steer(scanned.client, "resume", job)).status == "running"
    with pytest.raises(Unusable, match="not paused"):
        await steer(scanned.client, "resume", job)
    assert (await steer(scanned.client, "cancel", job)).status == "cancelled"


async def test_what_failed_is_retried_by_the_job(scanned: Stack) -> None:
    """The photos of a classification; the unreadable files of a scan."""
    job = (await scanned.post("classify")).json()["command_id"]
    async with classifier_of(scanned) as classifier:
        await classifier.fail("The preview is damaged.")
        await steer(scanned.client, "cancel", job)
    again = await retry(scanned.client, job)
    assert (again.type, again.command_id != job) == ("retry_failed", True)
    (scan,) = [one for one in await scanned.get("/api/jobs") if one["type"] == "scan_library"]
    with pytest.raises(Unusable, match="no more unreadable files"):
        await retry(scanned.client, scan["command_id"])


async def test_the_page_has_the_buttons_that_fit(scanned: Stack) -> None:
    """They are forms: without JavaScript they lead back to the page."""

    async def page() -> str:
        return (await scanned.client.get("/jobs", headers={"Accept": "text/html"})).text

    job = (await scanned.post("classify")).json()["command_id"]
    await scanned.caught_up()
    assert {word: f'formaction="/commands/{word}-job"' in await page() for word in ("pause", "resume")} == {
        "pause": True,
        "resume": False,
    }
    form = {"job_id": job, "next": "/jobs"}
    answer = await scanned.client.post("/commands/pause-job", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs")
    text = await page()
    assert 'formaction="/commands/resume-job"' in text
    assert 'formaction="/commands/pause-job"' not in text
    await steer(scanned.client, "resume", job)
    async with classifier_of(scanned) as classifier:
        broken = await classifier.fail("The preview is damaged.")
        await steer(scanned.client, "cancel", job)
    text = await page()
    assert text.count('action="/commands/retry-failed"') == 1, "of the job; the photo has a button of its own"
    again = f'name="images" value="{broken.image_id}"><input type="hidden" name="model" value="{MODEL}">'
    assert again in one_line(text)


async def test_a_selection_of_nothing_classifies_nothing(scanned: Stack) -> None:
    """The selection bar's button sends a comma in addition to the selected photos."""
    answer = await scanned.client.post("/commands/classify", data={"images": ",", "next": "/"})
    assert answer.status_code == 422
    picked = (await scanned.get("/api/images"))["items"][0]["id"]
    answer = await scanned.client.post("/commands/classify", data={"images": [picked, ","], "next": "/"})
    assert answer.status_code == 303
