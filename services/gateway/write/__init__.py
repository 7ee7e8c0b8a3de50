"""From a command to the log: decided on the current state, appended atomically."""
