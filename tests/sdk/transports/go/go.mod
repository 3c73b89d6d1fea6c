module doorward/tests/sdk/transports/go

go 1.25.0

require (
	connectrpc.com/connect v1.16.2
	google.golang.org/protobuf v1.35.2
)
