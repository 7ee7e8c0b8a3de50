"""Albumen as it is installed from a wheel: the repository's `services` and `web` lie in this folder."""
