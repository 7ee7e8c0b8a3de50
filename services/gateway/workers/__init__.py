"""The processes in which photos are opened, and what is said to them."""
