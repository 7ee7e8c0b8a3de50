"""What the fields of commands are called on the pages: a person never reads a field's own name."""

from typing import Final

from services.gateway.i18n.catalogues import N_

LABELS: Final = {
    "add_keywords": N_("Add keywords"),
    "add_people": N_("Add people"),
    "album": N_("Album"),
    "album_id": N_("Album"),
    "at": N_("Place"),
    "before": N_("Move the selected photos"),
    "caption": N_("Caption"),
    "category_id": N_("Category"),
    "city": N_("City"),
    "description": N_("Description"),
    "downloads": N_("Photos can be downloaded, up to 2048 pixels"),
    "expires_us": N_("Expires"),
    "favorite": N_("Favourite"),
    "folder": N_("Folder on the computer where Albumen runs"),
    "hides": N_("Hidden from the timeline"),
    "group_id": N_("Group"),
    "images": N_("Photos"),
    "image": N_("Photo"),
    "into": N_("Merge into another"),
    "keywords": N_("Keywords"),
    "label": N_("For whom"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "model": N_("Model"),
    "model_id": N_("Model"),
    "name": N_("Name"),
    "offset": N_("The clock’s difference from UTC, if it is known"),
    "order": N_("Order"),
    "people": N_("People"),
    "place_of": N_("Place"),
    "q": N_("Search"),
    "rating": N_("Stars"),
    "remove_keywords": N_("Remove keywords"),
    "remove_people": N_("Remove people"),
    "shift_days": N_("Days"),
    "shift_hours": N_("Hours"),
    "shift_minutes": N_("Minutes"),
    "source": N_("Full path of the file or folder, on the computer where Albumen runs"),
    "spread": N_("Several photos"),
    "taken_at": N_("Taken on"),
    "threshold": N_("Sensitivity"),
    "title": N_("Title"),
    "zone_from": N_("The clock was set to the time zone"),
    "zone_to": N_("but the photos were taken in"),
}
"""Every field that a form shows -> the text beside it there. A form that was changed by hand may send others."""
OTHER: Final = N_("a hidden field of the form")
