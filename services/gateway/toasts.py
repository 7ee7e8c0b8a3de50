"""What the page says when a command was done."""

from services.gateway.language import _
from services.gateway.wording import percent
from services.kernel import commands as c


def toast(command: c.Command) -> str:
    match command:
        case c.ScanLibrary():
            return "Looking for new photos"
        case c.ClassifyImages(album=str()):
            return "Classifying the album again"
        case c.ClassifyImages(q=str()):
            return "Classifying what the search finds"
        case c.ClassifyImages(images="all"):
            return "Classifying all photos again"
        case c.ClassifyImages(images=list(images)):
            return f"Classifying {photos(len(images))}"
        case c.ClassifyImages():
            return "Classifying new photos"
        case c.RetryFailed():
            return "Trying again what failed"
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
            return "Paused"
        case c.ResumeJob():
            return "Going on"
        case c.ExplainImage():
            return ""  # the page says it over the photo
        case c.CancelJob():
            return "Stopped"
        case c.ActivateModel(model_id=model_id):
            return f"Categories now come from {model_id}"
        case c.CreateAlbum(name=name, images=images) if images:
            return f"Album “{name}” made with {photos(len(images))}"
        case c.CreateAlbum(name=name, q=q) if q:
            return f"Smart album “{name}” made"
        case c.CreateAlbum(name=name):
            return f"Album “{name}” made"
        case c.RenameAlbum(name=name) | c.RenameCategory(name=name):
            return f"Renamed to “{name}”"
        case c.DeleteAlbum():
            return "Album deleted; its photos stay"
        case c.AddToAlbum(images=images):
            return f"{photos(len(images))} added"
        case c.RemoveFromAlbum(images=images):
            return f"{photos(len(images))} taken out of the album"
        case c.CreateCategory(name=name, kind="group"):
            return f"Group “{name}” made"
        case c.CreateCategory(name=name):
            return f"Category “{name}” made"
        case c.DeleteCategory():
            return "Category deleted; its photos stay"
        case c.RestoreCategory():
            return "The category is there again"
        case c.MoveCategory(group_id=group_id):
            return "Moved" if group_id else "Taken out of its group"
        case c.MergeCategories():
            return "Merged: all its photos are here now"
        case c.HideCategory():
            return "Hidden; its photos stay"
        case c.UnhideCategory():
            return "Shown again"
        case c.SetThreshold(threshold=None):
            return "As sure as at first"
        case c.SetThreshold(threshold=threshold):
            return f"Photos from {percent(threshold or 0)} on"
        case c.AssignCategory(images=images):
            return f"Category given to {photos(len(images))}"
        case c.RejectCategory(images=images):
            return f"Category taken from {photos(len(images))}"
        case c.TeachCategory(taught=taught):
            return "It looks for more photos" if taught else "It finds no more photos by itself"
        case c.CorrectDate(images=images):
            return f"Date of {photos(len(images))} put right"
        case c.HideImages(images=images):
            return f"{photos(len(images))} hidden"
        case c.UnhideImages(images=images):
            return f"{photos(len(images))} shown again"
        case c.SetTimeline(hides=hides):
            return "The timeline leaves them out" if hides else "The timeline shows everything"
        case c.Undo():
            return "Undone"
    return "Done"


UNDOABLE = (
    c.PauseJob,
    c.ResumeJob,
    c.CorrectDate,
    c.HideImages,
    c.UnhideImages,
    c.SetTimeline,
    c.IgnoreProblems,
    c.ShowProblems,
    c.CreateAlbum,
    c.RenameAlbum,
    c.DeleteAlbum,
    c.AddToAlbum,
    c.RemoveFromAlbum,
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


def photos(count: int) -> str:
    return "1 photo" if count == 1 else f"{count:,} photos"
