"""What answering means: ranking passages, quoting them, checking claims, keeping silent. Pure: no I/O, no protobuf."""
