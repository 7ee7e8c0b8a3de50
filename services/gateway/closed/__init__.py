"""The album while its log is not to be believed: read-only pages, and what a person can choose."""
