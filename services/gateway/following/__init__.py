"""A reader: a gateway that shows a copy of another one's album, and passes on to that one what would change it."""
