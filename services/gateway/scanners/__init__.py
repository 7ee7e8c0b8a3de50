"""Reading photos on other computers: the gateway's side, and the scanner that runs there."""
