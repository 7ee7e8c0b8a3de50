"""What happened, in a person's words: one sentence for each event."""

from services.gateway import albumhistory
from services.gateway.deciders.album_undo import ALBUM
from services.gateway.language import _, ngettext
from services.gateway.stored import named, reason
from services.gateway.wording import count, date_name, percent, photos
from services.kernel import events as e


def describe(event: e.Event, names: dict[str, str]) -> str:
    """One sentence. `names`: category id -> name."""

    def category(category_id: str) -> str:
        known = names.get(category_id)
        return _("a deleted category") if known is None else _("“%(name)s”", name=named(known))

    if isinstance(event, ALBUM):
        return albumhistory.describe(event)
    match event:
        case e.ScanStarted(roots=roots):
            return _("Looked for photos in %(folders)s", folders=", ".join(roots))
        case e.ScanFinished(added=added, moved=moved, rejected=rejected, missing=missing):
            told = [_("%(photos)s added", photos=photos(added))]
            told += [_("%(photos)s moved", photos=photos(moved))] * bool(moved)
            told += [_("%(count)s could not be read", count=count(rejected))] * bool(rejected)
            told += [_("%(count)s missing", count=count(missing))] * bool(missing)
            return _("Finished looking: %(told)s", told=", ".join(told))
        case e.SourceUnavailable(reason=why):
            return reason(why)
        case e.ImageImported():
            return _("Added to the library")
        case e.FileAdded(path=path):
            return _("Found at %(path)s", path=path)
        case e.FileReplaced(path=path):
            return _("Took the place of another version at %(path)s", path=path)
        case e.FileMoved(from_path=before, path=path):
            return _("Moved from %(before)s to %(path)s", before=before, path=path)
        case e.SidecarRead(path=path):
            return _("%(path)s says more about it", path=path)
        case e.DateCorrected(taken_at=None):
            return _("The date is again what the file says")
        case e.DateCorrected(taken_at=at):
            return _("You said: taken on %(date)s", date=date_name(at or ""))
        case e.ImagesHidden(image_ids=ids):
            return _("%(photos)s hidden", photos=photos(len(ids)))
        case e.ImagesUnhidden(image_ids=ids):
            return _("%(photos)s shown again", photos=photos(len(ids)))
        case e.TimelineHides(category_ids=ids):
            left_out = ", ".join(category(id_) for id_ in ids)
            return _(
                "The timeline leaves out %(names)s" if ids else "The timeline shows everything",
                names=left_out,
            )
        case e.CommandUndone():
            return _("Undone")
        case e.CategoryCleared(category_id=category_id):
            return _("You said nothing about %(category)s any more", category=category(category_id))
        case e.RejectionWithdrawn(path=path):
            return _("%(path)s, which could not be read, is gone or can be read now", path=path)
        case e.FolderUnreadable(path=path, reason=why):
            return _("%(path)s: %(reason)s", path=path, reason=reason(why))
        case e.ProblemsIgnored(files=files, failures=failures):
            return ngettext("%(num)s problem ignored", "%(num)s problems ignored", len(files) + len(failures))
        case e.ProblemsShown(files=files, failures=failures):
            return ngettext(
                "%(num)s problem told of again", "%(num)s problems told of again", len(files) + len(failures)
            )
        case e.FileMissing(path=path):
            return _("No longer at %(path)s", path=path)
        case e.FileReturned(path=path):
            return _("Back at %(path)s", path=path)
        case e.ClassificationRequested(model_id=model, scope="images", images=images):
            return _("Asked %(model)s about %(photos)s", model=model, photos=photos(len(images)))
        case e.ClassificationRequested(model_id=model, scope=scope):
            return (
                _("Asked %(model)s about all photos", model=model)
                if scope == "all"
                else _("Asked %(model)s about new photos", model=model)
            )
        case e.ImageClassified(model_id=model):
            return _("Classified by %(model)s", model=model)
        case e.ImageExplained(model_id=model):
            return _("%(model)s showed where it looked", model=model)
        case e.ClassificationFailed(model_id=model, reason=why):
            return _("%(model)s could not classify it: %(reason)s", model=model, reason=reason(why))
        case e.JobFinished(done=done, failed=failed):
            classified = _("Classified %(photos)s", photos=photos(done))
            return f"{classified}, {_('%(count)s failed', count=count(failed))}" if failed else classified
        case e.JobCancelled():
            return _("A job was stopped")
        case e.JobPaused():
            return _("A job was paused")
        case e.JobResumed():
            return _("A paused job went on")
        case e.ModelActivated(model_id=model):
            return _("Categories come from %(model)s", model=model)
        case e.CategoryCreated(name=name, kind="group"):
            return _("Group “%(name)s” made", name=name)
        case e.CategoryCreated(name=name):
            return _("Category “%(name)s” made", name=name)
        case e.CategoryRenamed(name=name):
            return _("Category renamed to “%(name)s”", name=name)
        case e.CategoryDeleted():
            return _("Category deleted")
        case e.CategoryRestored(category_id=category_id):
            return _("%(category)s is there again", category=category(category_id))
        case e.CategoryMoved(category_id=category_id, group_id=None):
            return _("%(category)s taken out of its group", category=category(category_id))
        case e.CategoryMoved(category_id=category_id, group_id=group_id):
            return _(
                "%(category)s moved to %(group)s",
                category=category(category_id),
                group=category(group_id or ""),
            )
        case e.CategoriesMerged(category_id=category_id, into_id=into):
            return _(
                "%(category)s merged into %(other)s", category=category(category_id), other=category(into)
            )
        case e.CategoryUnmerged(category_id=category_id):
            return _("%(category)s stands for itself again", category=category(category_id))
        case e.CategoryHidden(category_id=category_id):
            return _("%(category)s hidden", category=category(category_id))
        case e.CategoryUnhidden(category_id=category_id):
            return _("%(category)s shown again", category=category(category_id))
        case e.ThresholdSet(category_id=category_id, threshold=None):
            return _("%(category)s takes photos as surely as at first", category=category(category_id))
        case e.ThresholdSet(category_id=category_id, threshold=threshold):
            return _(
                "%(category)s takes photos from %(share)s on",
                category=category(category_id),
                share=percent(threshold or 0),
            )
        case e.CategoryAssigned(category_id=category_id):
            return _("You said: %(category)s", category=category(category_id))
        case e.CategoryRejected(category_id=category_id):
            return _("You said: not %(category)s", category=category(category_id))
        case e.CategoryTaught(category_id=category_id, taught=taught):
            return (
                _("%(category)s finds photos by itself", category=category(category_id))
                if taught
                else _("%(category)s finds no more photos by itself", category=category(category_id))
            )
        case e.CategoryLearned(category_id=category_id, examples=examples):
            return _(
                "%(category)s learned from %(photos)s",
                category=category(category_id),
                photos=photos(examples),
            )
    return event.TYPE.replace("_", " ").capitalize()
