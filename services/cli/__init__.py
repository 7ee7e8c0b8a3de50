"""The command line, which wires the services together."""
