"""What is answered to a browser or a program, a module for each page."""
