"""Time travel: the library as it was."""
