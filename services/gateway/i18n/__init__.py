"""Languages: what is said in which, and numbers, dates and names in it."""
