"""What pages are told besides rows: computed here, without SQL and without HTTP."""
