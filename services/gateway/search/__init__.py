"""Searches: their text parsed, explained, completed, and turned into conditions."""
