"""Writing what is known of the photos to files for other programs."""
