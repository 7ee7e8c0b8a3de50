"""The log of commands and events: what may stand in it, and how it is written and read."""
