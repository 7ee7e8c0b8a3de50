"""What the page says when something was done with an album, or was so already."""

from collections.abc import Sequence
from typing import Final

from services.gateway.language import _, ngettext
from services.gateway.wording import photos
from services.kernel import commands as c
from services.kernel import events as e

COMMANDS: Final = (
    c.CreateAlbum,
    c.RenameAlbum,
    c.DescribeAlbum,
    c.SetCover,
    c.SetAlbumOrder,
    c.SetAlbumSearch,
    c.DeleteAlbum,
    c.RestoreAlbum,
    c.AddToAlbum,
    c.RemoveFromAlbum,
    c.ReorderAlbum,
    c.MergeAlbums,
    c.DuplicateAlbum,
)


def toast(command: c.Command, brought: Sequence[e.Event]) -> str:
    if not brought:
        return _already(command)
    match command:
        case c.CreateAlbum(name=name, images=images) if images:
            return _("Album “%(name)s” made with %(photos)s", name=name, photos=photos(len(images)))
        case c.CreateAlbum(name=name, q=q) if q:
            return _("Smart album “%(name)s” made", name=name)
        case c.CreateAlbum(name=name):
            return _("Album “%(name)s” made", name=name)
        case c.RenameAlbum(name=name):
            return _("Renamed to “%(name)s”", name=name)
        case c.DescribeAlbum(description=said):
            return _("Description saved") if said.strip() else _("Description taken away")
        case c.SetCover(image=None):
            return _("The newest photo is the cover")
        case c.SetCover():
            return _("This is the cover now")
        case c.SetAlbumOrder(order="album"):
            return _("The album opens in the order by hand")
        case c.SetAlbumOrder():
            return _("The album opens by date")
        case c.SetAlbumSearch():
            return _("The album shows what this search finds")
        case c.DeleteAlbum():
            return _("Album deleted; its photos stay")
        case c.RestoreAlbum():
            return _("The album is there again")
        case c.AddToAlbum(images=images):
            return _added(len(set(images)), brought)
        case c.RemoveFromAlbum():
            return _("%(photos)s taken out of the album", photos=photos(_number(brought)))
        case c.ReorderAlbum():
            return _("%(photos)s moved", photos=photos(_number(brought)))
        case c.MergeAlbums():
            return _("Merged: all photos are in this album now")
    made = next((event.name for event in brought if isinstance(event, e.AlbumCreated)), "")
    return _("Album “%(name)s” made", name=made)


def _already(command: c.Command) -> str:
    match command:
        case c.RenameAlbum(name=name):
            return _("It is called “%(name)s” already", name=name)
        case c.AddToAlbum(images=images):
            return ngettext(
                "%(num)s photo is in the album already",
                "All %(num)s photos are in the album already",
                len(set(images)),
            )
        case c.RemoveFromAlbum():
            return _("They are not in the album any more")
        case c.DeleteAlbum():
            return _("The album was deleted before")
        case c.RestoreAlbum():
            return _("The album is there already")
        case c.ReorderAlbum():
            return _("They stand there already")
    return _("It is so already")


def _added(asked: int, brought: Sequence[e.Event]) -> str:
    new = _number(brought)
    if new == asked:
        return _("%(photos)s added", photos=photos(new))
    return ngettext(
        "%(photos)s added, %(num)s was in it before",
        "%(photos)s added, %(num)s were in it before",
        asked - new,
        photos=photos(new),
    )


def _number(brought: Sequence[e.Event]) -> int:
    return sum(len(getattr(event, "image_ids", ())) for event in brought)
