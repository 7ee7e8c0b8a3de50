"""History: a line for each action, and exactly what the log holds for it."""
