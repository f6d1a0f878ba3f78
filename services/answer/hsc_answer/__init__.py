"""Questions answered from the manual, each sentence cited."""
