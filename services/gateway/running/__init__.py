"""What goes on by itself: scanning, classifying, learning, watching, handing on."""
