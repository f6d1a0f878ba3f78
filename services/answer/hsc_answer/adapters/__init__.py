"""Input and output behind the ports."""
