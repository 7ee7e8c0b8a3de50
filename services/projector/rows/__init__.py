"""Building blocks of projections: statements, and rules that look at a single row."""
