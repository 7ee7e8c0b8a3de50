"""What happened: a line for each thing that was done, and exactly what the log holds of it."""
