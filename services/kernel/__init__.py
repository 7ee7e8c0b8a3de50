"""What all services share: sentences, the log, the bus, settings. Imports no service."""
