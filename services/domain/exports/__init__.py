"""Exports: what is known of the photos, written to files that other programs read."""
