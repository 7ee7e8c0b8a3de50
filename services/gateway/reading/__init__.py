"""Reads the content of pictures, videos and RAW files. Only worker processes import the decoders."""
