"""Pure and synchronous: what a catalogue is, and what a new one changes."""
