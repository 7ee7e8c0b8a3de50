"""Searches: parses, explains and completes their text, and turns it into conditions."""
