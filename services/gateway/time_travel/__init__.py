"""The library as it was."""
