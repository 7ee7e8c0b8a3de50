"""What a person may choose for photos while typing: categories, albums, keywords and people."""
