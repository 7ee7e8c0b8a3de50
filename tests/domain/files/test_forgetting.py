"""Which photo folders can be forgotten and brought back."""

from services.domain.files.forgetting import ForgetFolder, RestoreFolder, SourceForgotten, SourceRestored
from services.domain.history.undo import Undo
from services.domain.subject import NotFound, Refused
from tests.support.library import Library, after

OLD = "/mnt/old disk"
FORGOTTEN, RESTORED = SourceForgotten(root=OLD), SourceRestored(root=OLD)


async def library(*events: SourceForgotten | SourceRestored) -> Library:
    library = await after(*events)
    library.folder_paths = ["/photos", OLD]
    return library


async def test_a_folder_is_forgotten_and_brought_back() -> None:
    known = await library()
    await known.decides(ForgetFolder(folder=OLD), FORGOTTEN)
    await known.decides(ForgetFolder(folder=OLD))
    await known.decides(RestoreFolder(folder=OLD), RESTORED)
    await known.decides(RestoreFolder(folder=OLD))


async def test_a_folder_in_use_is_not_forgotten() -> None:
    """The next scan would bring it back."""
    known = await library()
    await known.refuses(ForgetFolder(folder="/photos"), Refused, "folder", "stop that in the settings")


async def test_an_unknown_folder() -> None:
    known = await library()
    for command in (ForgetFolder(folder="/else"), RestoreFolder(folder="/else")):
        await known.refuses(command, NotFound, "folder", "no such folder")


async def test_both_can_be_undone() -> None:
    known = await library()
    command = await known.decides(ForgetFolder(folder=OLD), FORGOTTEN)
    await known.undoes(command, RESTORED)
    command = await known.decides(ForgetFolder(folder=OLD), FORGOTTEN)
    command = await known.decides(RestoreFolder(folder=OLD), RESTORED)
    await known.undoes(command, FORGOTTEN)


async def test_a_later_change_wins() -> None:
    """A scan has brought it back since."""
    known = await library()
    command = await known.decides(ForgetFolder(folder=OLD), FORGOTTEN)
    await known.given(RESTORED)
    await known.refuses_undo(command, "nothing left")


async def test_what_is_in_use_again_is_not_forgotten_by_undo() -> None:
    known = await library(FORGOTTEN)
    command = await known.decides(RestoreFolder(folder=OLD), RESTORED)
    known.roots = [OLD]
    await known.refuses(Undo(command_id=command), Refused, "folder", "stop that in the settings")
