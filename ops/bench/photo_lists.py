"""Folders of photos with a list of what they show: named by a variable of the environment, checked when opened."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from ops.bench.decode import make
from ops.bench.measure import Unmeasurable, smoke

ROOT: Final = Path(__file__).resolve().parents[2]
LIST: Final = "labels.csv"
Row = dict[str, str]


class PhotoList(NamedTuple):
    variable: str
    """Of the environment: says where the folder is."""
    usual: str
    """Where it is otherwise: its name among the photos that lie beside the project."""
    columns: tuple[str, ...]
    """The first has the file names."""
    made: Callable[[int], Sequence[str | int]]
    """The other cells of a synthetic photo, by its number: for smoke runs."""
    number_made: int

    @contextmanager
    def opened(self) -> Iterator[tuple[Path, list[Row]]]:
        """The folder and its list. In a smoke run, synthetic photos. Raises Unmeasurable."""
        if smoke():
            with TemporaryDirectory() as name:
                self._fill(Path(name))
                yield Path(name), self._rows(Path(name))
            return
        folder = Path(os.environ.get(self.variable) or ROOT.parent / "shared" / "photos" / self.usual)
        if not (folder / LIST).is_file():
            raise Unmeasurable(
                f"There are no {self.usual} photos in {folder}. Set {self.variable} to a folder with photos and a "
                f"{LIST} with the columns {', '.join(self.columns)}; ops/bench/{self.usual}.py explains them."
            )
        yield folder, self._rows(folder)

    def _rows(self, folder: Path) -> list[Row]:
        with (folder / LIST).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if missing := list(_missing(folder, (row[self.columns[0]] for row in rows))):
            raise Unmeasurable(
                f"{folder / LIST} names photos that are missing: {missing[0]}, {len(missing)} in all. "
                f"Put them into its folder, or set {self.variable} to another one."
            )
        return rows

    def _fill(self, folder: Path) -> None:
        with (folder / LIST).open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(self.columns)
            for number in range(self.number_made):
                make(folder / f"{number}.jpg", number)
                table.writerow((f"{number}.jpg", *self.made(number)))


def _missing(folder: Path, names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if not (folder / name).is_file())
