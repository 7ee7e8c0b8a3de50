"""A library of 200 photos as the projector would have written it, and an app over it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException

from services.gateway import web
from services.gateway.controllers import pages
from services.gateway.history.entries import Asked, HistoryEntry
from services.gateway.language import InLanguage
from services.gateway.on_demand import LikenessOnDemand
from services.gateway.queries.views import Views
from services.gateway.rendering import template_config
from services.gateway.status import Failure, JobStatus
from services.gateway.viewing import Viewing
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.settings import Settings
from services.knowledge.ranks import added
from services.projector import placing
from services.projector.schema import lay_out
from services.projector.tables import index_words

COUNT = 200
HOSTILE = '"><script>alert(1)</script>&.jpg'
POSITION = 1234


def image_id(number: int) -> str:
    return f"{number * 2654435761 % 2**64:032x}"


def taken(number: int) -> datetime:
    """Every third photo shares its moment with the one before; the whole spans about ten months."""
    return datetime(2015, 11, 20, 8, 30, tzinfo=UTC) + timedelta(hours=37 * (number - number % 3 // 2))


def photo_bytes(number: int) -> bytes:
    return b"\xff\xd8" + bytes([number % 256]) * (1000 + number)


CATEGORY = "(category_id, name, group_id, kind, everyday, threshold, origin, deleted)"


def seed(settings: Settings, root: Path, count: int = COUNT) -> None:
    settings.views.mkdir(parents=True)
    db = sqlite3.connect(settings.views / "views-1.db", isolation_level=None)
    lay_out(db)
    db.execute("BEGIN")
    db.execute("INSERT INTO checkpoint VALUES ('views', ?)", (POSITION,))
    db.executemany(
        f"INSERT INTO category {CATEGORY} VALUES (?, ?, ?, ?, 1, 0.35, ?, ?)",
        [
            ("animals", "Animals", None, "group", "builtin", 0),
            ("dog", "Dog", "animals", "category", "builtin", 0),
            ("cat", "Cat", "animals", "category", "builtin", 0),
            ("own", "Own <b>words</b>", None, "category", "user", 0),
            ("gone", "Gone", None, "category", "user", 1),
        ],
    )
    db.executemany(
        "INSERT INTO class VALUES (?, ?, ?)",
        [(207, "n02099601", "golden retriever"), (281, "n02123045", "tabby")],
    )
    for name in ("lite0", "lite1"):
        db.execute(
            "INSERT INTO model VALUES (?, ?, 'abc', 'p1', 224, 1000, 'a package', 'CPU', 'float32', 'w', 1)",
            (name, name.upper()),
        )
    db.execute("INSERT INTO active_model VALUES (1, 'lite0')")
    for number in range(count):
        add(db, root, number)
    album = "INSERT INTO any_album (album_id, name, created_us, position, changed_us) VALUES (?, ?, ?, ?, ?)"
    db.executemany(album, [("lake", "Lake & shore", 1, 10, 1), ("empty", "Empty", 2, 11, 2)])
    db.executemany(
        "INSERT INTO album_image VALUES ('lake', ?, ?, ?, ?)",
        [(image_id(number), 20, number, added(20, number)) for number in range(0, min(count, 150), 2)],
    )
    if count:
        db.execute("INSERT INTO decision VALUES (?, 'own', 1, 30)", (image_id(0),))
        db.execute("INSERT INTO decision VALUES (?, 'dog', 0, 31)", (image_id(2),))
        db.execute(
            "INSERT INTO failure VALUES (?, 'lite1', 'job', 40, 'The file <ends> in the middle.', 0)",
            (image_id(5),),
        )
    db.execute(
        "INSERT INTO rejection VALUES (?, 'a', ?, 12, 1, 'It is empty.', 50, 'job', 'file', 0)",
        (str(root), HOSTILE),
    )
    db.execute("INSERT INTO mention VALUES (?, 20)", (image_id(0),))
    placing.everything(db)
    index_words(db)
    db.execute("COMMIT")
    db.close()
    (settings.views / "current").write_text("views-1.db", "utf-8")


def add(db: sqlite3.Connection, root: Path, number: int, visible: bool = True) -> None:
    """Photo `number`: dogs are even, cats divide by five."""
    key, moment = image_id(number), taken(number)
    name = HOSTILE if number == 7 else f"IMG_{number:04}.jpg"
    width, height = [(400, 300), (300, 400), (1600, 500)][number % 3]
    db.execute(
        f"INSERT INTO image VALUES ({', '.join('?' * 33)})",
        (
            key,
            number + 1,
            int(moment.timestamp() * 1000),
            moment.isoformat()[:19],
            "exif",
            f"{moment:%Y-%m}",
            int(visible),
            width,
            height,
            "#804020",
            "JPEG",
            len(photo_bytes(number)),
            1,
            "Make",
            "Model <3>",
            None,
            1.8,
            0.008,
            64,
            4.4,
            46.5,
            7.5,
            400.0,
            None,
            None,
            0,
            1,
            None,
            "photo",
            moment.isoformat()[:19],
            int(moment.timestamp() * 1000),
            "exif",
            None,
        ),
    )
    db.execute(
        "INSERT INTO file VALUES (?, 'holiday', ?, ?, NULL, ?, ?, 1, 0, NULL, NULL, NULL)",
        (str(root), name, name[:-4], key, len(photo_bytes(number))),
    )
    if number % 2 == 0:
        db.execute("INSERT INTO label VALUES (?, 'lite0', 'dog', ?)", (key, 0.5 + number % 40 / 100))
    if number % 5 == 0:
        db.execute("INSERT INTO label VALUES (?, 'lite0', 'cat', 0.4)", (key,))
    db.execute(
        "INSERT INTO verdict VALUES (?, 'lite0', 'job', ?, '[[207, 0.7], [281, 0.2]]', NULL)", (key, number)
    )


JOB = JobStatus(
    command_id="0190-job",
    type="classify_images",
    status="running",
    total=15000,
    done=3210,
    failed=4,
    rate=212.0,
    eta_s=55.4,
    started_us=1_700_000_000_000_000,
    failures=[Failure(image_id=None, path=HOSTILE, reason="It ends in the middle.")],
)


class StubJobs:
    def __init__(self) -> None:
        self.now: list[JobStatus] = []
        self.asked = asyncio.Event()

    async def running(self) -> list[JobStatus]:
        self.asked.set()
        return self.now

    async def recent(self, limit: int = 50) -> list[JobStatus]:
        return self.now

    async def status(self, command_id: str) -> JobStatus | None:
        return None


class StubHistory:
    def __init__(self) -> None:
        self.mentions: list[int] = []

    async def of_image(self, views: Views, image_id: str, mentioned: list[int]) -> list[HistoryEntry]:
        self.mentions = mentioned
        return [
            HistoryEntry(
                position=3, recorded_at=1_700_000_000_000_000, text="Found <here>", type="file_added"
            )
        ]

    async def recent(
        self, views: Views, asked: Asked, before: int | None = None, limit: int = 100
    ) -> list[HistoryEntry]:
        first = min(before or 250, 250) - 1
        return [
            HistoryEntry(
                position=n, recorded_at=1_700_000_000_000_000, text=f"Event {n}", type="scan_finished"
            )
            for n in range(first, max(0, first - limit), -1)
        ]


def app_over(settings: Settings, jobs: StubJobs, history: StubHistory, stopping: asyncio.Event) -> Litestar:
    @asynccontextmanager
    async def live(app: Litestar) -> AsyncIterator[None]:
        app.state.views = await Views.open(settings)
        app.state.viewing = Viewing(settings, app.state.views)
        yield
        await app.state.viewing.close()
        await app.state.views.close()

    async def views(state: State) -> Views:
        found: Views = state.views
        return found.look()

    async def viewing(state: State) -> Viewing:
        found: Viewing = state.viewing
        return found

    async def likeness(state: State) -> LikenessOnDemand:
        return LikenessOnDemand(state.views)

    def given(value: object) -> Provide:
        async def provide() -> object:
            return value

        return Provide(provide)

    return Litestar(
        route_handlers=pages.ROUTES,
        lifespan=[live],
        dependencies={
            "views": Provide(views),
            "viewing": Provide(viewing),
            "likeness": Provide(likeness),
            "settings": given(settings),
            "jobs": given(jobs),
            "history": given(history),
            "past": given(None),
            "stopping": given(stopping),
            "bus": given(EmbeddedBroker()),
        },
        middleware=[InLanguage()],
        exception_handlers={HTTPException: web.told},
        template_config=template_config(),
        openapi_config=None,
    )
