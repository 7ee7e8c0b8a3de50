"""Files beside pictures that describe them: which describes which, and what each format says."""
