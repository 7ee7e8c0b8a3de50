"""Photos: what people say about them, one module per feature."""
