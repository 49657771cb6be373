package main

import (
	"sync"

	"google.golang.org/grpc"
)

// oneAtATime lets a child's output and its errors share one stream: gRPC allows a single sender.
type oneAtATime[T any] struct {
	grpc.ServerStreamingServer[T]
	sending sync.Mutex
}

func (s *oneAtATime[T]) Send(message *T) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	return s.ServerStreamingServer.Send(message)
}
