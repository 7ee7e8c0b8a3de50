"""Tables of the world: what is so whatever Albumen does. Nothing here knows an event, a service or a page."""
