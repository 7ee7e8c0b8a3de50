"""Jobs: long-running work on many photos."""
