"""Debian's Prometheus reads a running album under load, with the configuration, alerts and dashboard of `ops`."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml

from services.gateway.metrics.catalogue import METRICS
from tests.support import photos
from tests.support.album import Album
from tests.support.ports import free_port
from tests.support.waiting import eventually

ROOT: Final = Path(__file__).resolve().parents[2]
SHIPPED: Final = ROOT / "ops/prometheus"
DASHBOARD: Final = json.loads((SHIPPED / "dashboard.json").read_text())
ALERTS: Final = yaml.safe_load((SHIPPED / "alerts.yml").read_text())
QUERIES: Final = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
RULES: Final = [rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]]
OF_REQUESTS: Final = {
    "albumen_condition",
    "albumen_requests_total",
    "albumen_requests_error_total",
    "albumen_request_duration_seconds_bucket",
    "albumen_requests_in_progress",
}
NOW_AND_THEN: Final = (
    "albumen_job_",
    "albumen_condition ==",
    "albumen_backup_age",
    "albumen_previews_missing",
)
"""Queries that rightly find nothing while nothing of the kind is there."""
LOAD: Final = ("/", "/categories", "/albums", "/search?q=dog", "/jobs", "/api/images?limit=100")


def program(name: str) -> str:
    return shutil.which(name) or pytest.skip(f"{name} is not installed (Debian: apt install prometheus)")


def test_configuration_and_alerts_are_valid() -> None:
    promtool = program("promtool")
    subprocess.run([promtool, "check", "config", SHIPPED / "prometheus.yml"], check=True)


def test_each_alert_fires_when_it_should_and_never_otherwise() -> None:
    subprocess.run([program("promtool"), "test", "rules", ROOT / "tests/ops/alerts.yml"], check=True)
    firing = set(re.findall(r'alertname="(\w+)"', (ROOT / "tests/ops/alerts.yml").read_text()))
    assert firing == {rule["alert"] for group in ALERTS["groups"] for rule in group["rules"]}


def test_each_alert_is_documented() -> None:
    listed = re.findall(
        r"^\| `(Albumen\w+)` \|", (ROOT / "docs/how-to/watching.md").read_text("utf-8"), re.MULTILINE
    )
    assert listed == [rule["alert"] for group in ALERTS["groups"] for rule in group["rules"]]


def test_grave_conditions_are_urgent() -> None:
    """As docs/reference.md says what is grave."""
    text = (ROOT / "docs/reference.md").read_text("utf-8")
    mild = set(re.findall(r"^\| `(\w+)` \|.*\| no \|$", text, re.MULTILINE))
    for rule in RULES:
        if "albumen_condition" in rule:
            assert set(re.findall(r'"(.*)"', rule)[0].split("|")) == mild


def test_every_metric_is_on_the_dashboard_and_no_other() -> None:
    named = set(re.findall(r"\balbumen_\w+", " ".join(QUERIES)))
    assert named - set(METRICS) - OF_REQUESTS == set()
    assert set(METRICS) - named == set()
    assert set(re.findall(r"\balbumen_\w+", " ".join(RULES))) <= set(METRICS) | OF_REQUESTS


def test_panels_lie_beside_each_other() -> None:
    places: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & places, panel["title"]
        places |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    for number in range(6):
        photos.write(
            tmp_path / "photos" / f"{number}.jpg", number, exif=photos.exif(f"2021:0{number + 1}:01 10:00:00")
        )
    (tmp_path / "photos/broken.jpg").write_bytes(b"broken")
    served = Album(tmp_path / "photos", tmp_path / "data")
    served.start_all()
    yield served
    served.stop_all()


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[str]:
    """Its address. It asks each second, so that nobody waits; the rest of the configuration is the shipped one."""
    config = yaml.safe_load((SHIPPED / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["scrape_configs"][0]["static_configs"][0]["targets"] = [target]
    shutil.copy(SHIPPED / "alerts.yml", folder)
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    port = free_port()
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(program("prometheus"), f"--config.file={folder / 'prometheus.yml'}"),
                *(f"--storage.tsdb.path={folder / 'tsdb'}", f"--web.listen-address=127.0.0.1:{port}"),
            ],
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


async def load(client: httpx.AsyncClient) -> None:
    while True:
        for path in LOAD:
            await client.get(path)


async def test_a_running_album_is_read_under_load(album: Album, tmp_path: Path) -> None:
    async with await album.scanned() as client:
        await _classified(client)
        loads = [asyncio.create_task(load(client)) for _ in range(4)]
        try:
            with prometheus(tmp_path, client.base_url.netloc.decode()) as address:
                async with httpx.AsyncClient(base_url=address) as asking:
                    await _check(asking)
        finally:
            for one in loads:
                one.cancel()
            await asyncio.gather(*loads, return_exceptions=True)


async def _classified(client: httpx.AsyncClient) -> None:
    async def all_done() -> bool:
        return not re.search(
            r"^albumen_photos_unclassified [1-9]", (await client.get("/metrics")).text, re.MULTILINE
        )

    await eventually(all_done, "the photos are classified")


async def found(asking: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    answer = (await asking.get("/api/v1/query", params={"query": query})).json()
    assert answer["status"] == "success", (query, answer)
    series: list[dict[str, Any]] = answer["data"]["result"]
    return series


async def _check(asking: httpx.AsyncClient) -> None:
    async def ready() -> bool:
        try:
            return (await asking.get("/-/ready")).is_success
        except httpx.TransportError:  # it does not listen yet; then it answers 503 for a while
            return False

    async def several() -> bool:
        seen = await found(asking, "count_over_time(albumen_workers[5m])")
        return bool(seen) and float(seen[0]["value"][1]) >= 3

    await eventually(ready, "Prometheus is ready")
    await eventually(several, "Prometheus has read the album three times")
    assert [one["value"][1] for one in await found(asking, "up")] == ["1"]
    assert [one["value"][1] for one in await found(asking, 'albumen_photos{state="shown"}')] == ["6"]
    assert [one["value"][1] for one in await found(asking, "albumen_files_unreadable")] == ["1"]
    assert [one["value"][1] for one in await found(asking, "albumen_workers")] == ["1"]
    for query in QUERIES:
        if not await found(asking, query):
            assert query.startswith(NOW_AND_THEN), f"nothing to show: {query}"
    rules = (await asking.get("/api/v1/rules")).json()["data"]["groups"][0]["rules"]
    assert len(rules) == len(RULES)
    assert {rule["state"] for rule in rules} <= {"inactive", "pending"}
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
