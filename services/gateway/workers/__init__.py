"""The processes that open photos, and the protocol to talk to them."""
