"""Albums: photos collected by hand, or a saved search."""
