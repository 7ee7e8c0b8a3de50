"""Categories: what a person would say is on a photo; a tree of them, and what people decide of photos."""
