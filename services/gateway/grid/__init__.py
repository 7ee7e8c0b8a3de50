"""The grid of photos: its sections, tiles, shapes and badges."""
