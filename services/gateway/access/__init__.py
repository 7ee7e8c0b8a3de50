"""Who may use the album: the password, sessions of browsers, tokens of programs, and what each may do."""
