"""Files: where photos were seen, and the search for them."""
