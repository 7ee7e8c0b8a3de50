"""Facts about the world, independent of what Albumen does. Nothing here knows an event, a service or a page."""
