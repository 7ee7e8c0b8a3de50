"""From a wish to the log: decided on what is known, appended at once or not at all."""
