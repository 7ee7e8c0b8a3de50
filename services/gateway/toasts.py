"""What the page says when a command was done."""

from collections.abc import Sequence

from services.gateway import albumtoasts
from services.gateway.language import _
from services.gateway.wording import percent, photos
from services.kernel import commands as c
from services.kernel.event import Event


def toast(command: c.Command, brought: Sequence[Event] = ()) -> str:
    """`brought`: the events that the command brought about."""
    if isinstance(command, albumtoasts.COMMANDS):
        return albumtoasts.toast(command, brought)
    match command:
        case c.ScanLibrary():
            return _("Looking for new photos")
        case c.ClassifyImages(album=str()):
            return _("Classifying the album again")
        case c.ClassifyImages(q=str()):
            return _("Classifying what the search finds")
        case c.ClassifyImages(images="all"):
            return _("Classifying all photos again")
        case c.ClassifyImages(images=list(images)):
            return _("Classifying %(photos)s", photos=photos(len(images)))
        case c.ClassifyImages():
            return _("Classifying new photos")
        case c.RetryFailed():
            return _("Trying again what failed")
        case c.RetryRejected():
            return _("Looking at it again") if len(command.paths) == 1 else _("Looking at them again")
        case c.IgnoreProblems():
            return _("Not told of any more, until it changes")
        case c.ShowProblems():
            return _("Told of again")
        case c.ResendMessages():
            return _("Sent again")
        case c.ForgetMessages():
            return _("Forgotten")
        case c.PauseJob():
            return _("Paused")
        case c.ResumeJob():
            return _("Going on")
        case c.ExplainImage() | c.LookBack():
            return ""  # the page says it over the photo
        case c.CancelJob():
            return _("Stopped")
        case c.ActivateModel(model_id=model_id):
            return _("Categories now come from %(model)s", model=model_id)
        case c.RenameCategory(name=name):
            return _("Renamed to “%(name)s”", name=name)
        case c.CreateCategory(name=name, kind="group"):
            return _("Group “%(name)s” made", name=name)
        case c.CreateCategory(name=name):
            return _("Category “%(name)s” made", name=name)
        case c.DeleteCategory():
            return _("Category deleted; its photos stay")
        case c.RestoreCategory():
            return _("The category is there again")
        case c.MoveCategory(group_id=group_id):
            return _("Moved") if group_id else _("Taken out of its group")
        case c.MergeCategories():
            return _("Merged: all its photos are here now")
        case c.HideCategory():
            return _("Hidden; its photos stay")
        case c.UnhideCategory():
            return _("Shown again")
        case c.SetThreshold(threshold=None):
            return _("As sure as at first")
        case c.SetThreshold(threshold=threshold):
            return _("Photos from %(share)s on", share=percent(threshold or 0))
        case c.AssignCategory(images=images):
            return _("Category given to %(photos)s", photos=photos(len(images)))
        case c.RejectCategory(images=images):
            return _("Category taken from %(photos)s", photos=photos(len(images)))
        case c.TeachCategory(taught=taught):
            return _("It looks for more photos") if taught else _("It finds no more photos by itself")
        case c.CorrectDate(images=images):
            return _("Date of %(photos)s put right", photos=photos(len(images)))
        case c.HideImages(images=images):
            return _("%(photos)s hidden", photos=photos(len(images)))
        case c.UnhideImages(images=images):
            return _("%(photos)s shown again", photos=photos(len(images)))
        case c.SetTimeline(hides=hides):
            return _("The timeline leaves them out") if hides else _("The timeline shows everything")
        case c.Undo():
            return _("Undone")
    return _("Done")


UNDOABLE = (
    c.PauseJob,
    c.ResumeJob,
    c.CorrectDate,
    c.HideImages,
    c.UnhideImages,
    c.SetTimeline,
    c.IgnoreProblems,
    c.ShowProblems,
    *albumtoasts.COMMANDS,
    c.AssignCategory,
    c.RejectCategory,
    c.CreateCategory,
    c.RenameCategory,
    c.DeleteCategory,
    c.RestoreCategory,
    c.MoveCategory,
    c.MergeCategories,
    c.HideCategory,
    c.UnhideCategory,
    c.SetThreshold,
    c.TeachCategory,
    c.ActivateModel,
)
"""Commands whose toast offers to take them back."""
