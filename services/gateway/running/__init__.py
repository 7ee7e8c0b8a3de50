"""Background work: scanning, classifying, learning, watching, relaying."""
