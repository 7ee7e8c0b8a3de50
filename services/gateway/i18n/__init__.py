"""Languages: translations, and numbers, dates and names in each."""
