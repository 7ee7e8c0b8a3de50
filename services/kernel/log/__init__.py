"""The log of commands and events: what it may hold, and how it is written and read."""
