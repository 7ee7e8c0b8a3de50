"""What lies in archives: lists of their members, and members as files. Nothing here knows pictures."""
