"""The gateway's access to the read tables: connection pool, page cursors, answer cache."""
