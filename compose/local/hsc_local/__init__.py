"""The whole system on this machine, without containers."""
