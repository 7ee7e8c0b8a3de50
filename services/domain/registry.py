"""All events and commands. Importing it registers them with the codec, which does so when it meets a name that it
doesn't know yet: programs that decode none, such as those that open photos, start in two thirds of the time.

All modules of the subjects' packages are imported, so a new one need not be listed anywhere.
"""

import importlib
import pkgutil
from typing import Final, cast

from services.domain import (
    albums,
    categories,
    duplicates,
    exports,
    files,
    history,
    imports,
    jobs,
    models,
    photos,
    problems,
    subject,
)
from services.kernel.log import command, event

SUBJECTS: Final = (
    *(albums, categories, photos, files, duplicates, jobs, imports, models, problems, exports, history),
)


for _package in SUBJECTS:
    for _module in pkgutil.iter_modules(_package.__path__, f"{_package.__name__}."):
        importlib.import_module(_module.name)

EVENTS: Final = cast(dict[str, type[subject.Event]], event.EVENTS)
"""By TYPE, the name in the log."""
COMMANDS: Final = cast(dict[str, type[subject.Command]], command.COMMANDS)
"""By TYPE, the name in the log."""
BY_NAME: Final = {one.NAME: one for one in COMMANDS.values()}
"""By NAME, as in the URL."""
