"""Photos that exist more than once: which of them stay."""
