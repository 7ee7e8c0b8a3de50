"""Projects the log into the read tables (`views-*.db`): reads by position, commits rows and checkpoint together."""
