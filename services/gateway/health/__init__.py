"""How the program is doing: what is wrong, what to do about it, and the checks that find out."""
