"""OpenTelemetry traces: `spans` for whoever does something, `export` for where they go."""
