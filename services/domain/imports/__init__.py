"""Imports: what other programs say of photos, said here as a person would, and taken back as a whole."""
