"""Errors that end a command."""


class Unusable(Exception):
    """The command can't be run as typed; the message says what to do. Exit status 2."""


class Unsuccessful(Exception):
    """The command ran and failed. Exit status 1."""
