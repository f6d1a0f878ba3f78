"""What reading a manual means: rows, sections, blocks, passages. Pure: no I/O, no protobuf, no file formats."""
