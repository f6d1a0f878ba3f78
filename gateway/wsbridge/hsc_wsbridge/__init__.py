"""grpc-websockets to gRPC."""
