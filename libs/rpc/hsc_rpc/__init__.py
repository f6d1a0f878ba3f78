"""The life of a gRPC server, interceptors, rich errors, channels."""
