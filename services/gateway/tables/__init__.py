"""The read tables as the gateway has them: a pool of connections, cursors, what is kept by position."""
