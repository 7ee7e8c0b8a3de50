"""The process that lists photo folders, and the protocol to talk to it."""
