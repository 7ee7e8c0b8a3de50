"""Models: the available classifiers."""
