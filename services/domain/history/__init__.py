"""The history: undo, and time travel."""
