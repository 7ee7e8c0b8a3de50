"""What happened to albums, in a person's words."""

from services.gateway.language import _
from services.gateway.wording import photos
from services.kernel import events as e


def describe(event: e.Event) -> str:
    """One sentence about an event of an album."""
    match event:
        case e.AlbumCreated(name=name, q=str(q)):
            return _("Smart album “%(name)s” made: %(q)s", name=name, q=q)
        case e.AlbumCreated(name=name):
            return _("Album “%(name)s” made", name=name)
        case e.AlbumRenamed(name=name):
            return _("Album renamed to “%(name)s”", name=name)
        case e.AlbumDescribed(description=said):
            return _("Album’s description changed") if said else _("Album’s description taken away")
        case e.AlbumCoverSet():
            return _("Album got another cover")
        case e.AlbumOrderSet(order="album"):
            return _("Album opens in the order by hand")
        case e.AlbumOrderSet():
            return _("Album opens by date")
        case e.AlbumSearchSet(q=q):
            return _("Smart album shows: %(search)s", search=q)
        case e.AlbumDeleted(into_id=str()):
            return _("Album merged into another")
        case e.AlbumDeleted():
            return _("Album deleted")
        case e.AlbumRestored():
            return _("Deleted album restored")
        case e.ImagesAddedToAlbum(image_ids=ids):
            return _("%(photos)s added to an album", photos=photos(len(ids)))
        case e.ImagesRemovedFromAlbum(image_ids=ids):
            return _("%(photos)s taken out of an album", photos=photos(len(ids)))
        case e.AlbumReordered(image_ids=ids):
            return _("%(photos)s moved within an album", photos=photos(len(ids)))
    return event.TYPE.replace("_", " ").capitalize()
