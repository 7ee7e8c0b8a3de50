"""What all services share: the words, the log, the bus, the settings. Knows no service."""
