"""What other programs say of photos, in files that need not lie beside them."""
