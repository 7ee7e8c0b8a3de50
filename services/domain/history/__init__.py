"""The history: undo, and looking back."""
