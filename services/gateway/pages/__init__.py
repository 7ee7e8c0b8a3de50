"""The HTTP handlers for browsers and programs, one module per page."""
