"""Files: where photos are, and scans for them."""
