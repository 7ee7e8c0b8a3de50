"""Queries on the read tables, one module per question. The gateway's SQL lives here and in `search`."""
