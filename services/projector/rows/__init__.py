"""What projections are written with: statements, and the rules that look at one row alone."""
