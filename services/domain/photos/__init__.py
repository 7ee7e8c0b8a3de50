"""Photos: what people say of them, one module for each idea."""
