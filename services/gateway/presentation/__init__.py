"""What pages show besides rows: computed here, without SQL and without HTTP."""
