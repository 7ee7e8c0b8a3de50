"""Makes the read tables (`views.db`) from the log: reads by position, writes rows and checkpoint together."""
