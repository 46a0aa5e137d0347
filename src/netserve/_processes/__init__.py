"""Other programs: starting them and talking to them."""
