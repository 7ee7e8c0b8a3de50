"""Backups of the log: made while it is in use, verified, kept for a year, restored."""
