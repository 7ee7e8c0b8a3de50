"""What is asked of the read tables, a module for each question. SQL of the gateway is here and in search."""
