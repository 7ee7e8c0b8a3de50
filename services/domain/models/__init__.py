"""Models: the classifiers that there are."""
