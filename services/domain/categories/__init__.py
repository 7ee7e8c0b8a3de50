"""Categories: what a person would say a photo shows; a tree of them, and people's decisions about photos."""
