"""Sidecars, the files that describe pictures: which describes which, and what each format says."""
