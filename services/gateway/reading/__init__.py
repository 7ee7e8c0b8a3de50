"""What the bytes of a picture, film or RAW file hold. Only worker processes import what decodes."""
