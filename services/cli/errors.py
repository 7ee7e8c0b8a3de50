"""What the command line says when it can't go on."""


class Unusable(Exception):
    """The command can't be run as it was given; the message says what to do. Exit status 2."""


class Unsuccessful(Exception):
    """It was run and did not succeed. Exit status 1."""
