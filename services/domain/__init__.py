"""What Albumen is about: a room for each subject, with its events, commands, rules and sentences.

Importing it makes every event and command known to the codec. A room is a folder; all modules in it belong to it, so
a new idea is a new module and stands in no list.
"""

import importlib
import pkgutil
from types import ModuleType
from typing import Final, cast

from services.domain import albums, categories, files, history, jobs, models, photos, problems, subject
from services.kernel.log import command, event

SUBJECTS: Final = (albums, categories, photos, files, jobs, models, problems, history)


def _furnish(room: ModuleType) -> None:
    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        importlib.import_module(module.name)


for _room in SUBJECTS:
    _furnish(_room)

EVENTS: Final = cast(dict[str, type[subject.Event]], event.EVENTS)
"""By their names in the log."""
COMMANDS: Final = cast(dict[str, type[subject.Command]], command.COMMANDS)
"""By their names in the log."""
BY_NAME: Final = {one.NAME: one for one in COMMANDS.values()}
"""By their names in the URL."""
