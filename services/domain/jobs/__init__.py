"""Jobs: long work on many photos."""
