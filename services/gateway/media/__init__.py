"""Serves photos and videos: originals, larger previews, byte ranges, archives."""
