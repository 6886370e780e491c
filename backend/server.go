package backend

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime/debug"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	"github.com/sluice-billing/sluice/backend/backendv1"
)

const (
	mostMessage = 4 << 20 // bytes of one message, both ways
	mostStreams = 100     // questions at once of one caller
	answerTime  = 2 * time.Minute
	streamTime  = 6 * time.Hour
	stopTime    = 10 * time.Second // for questions that are being answered when it stops
)

// Server serves a vendor.
type Server struct {
	Vendor Vendor
	// Certificate and Key are PEM files; with them it speaks TLS.
	Certificate, Key string
	// Log has what happens: questions with how they ended, never a credential. Nothing is
	// logged where it is nil.
	Log *slog.Logger
}

// Serve serves a vendor at an address, grpc://host:port or unix:///path, until the context
// ends. It returns nil then, after the questions that are being answered, at most 10
// seconds later.
func Serve(ctx context.Context, address string, v Vendor) error {
	return Server{Vendor: v}.Serve(ctx, address)
}

// Serve serves at an address until the context ends. One that begins with grpcs:// needs
// Certificate and Key.
func (s Server) Serve(ctx context.Context, address string) error {
	a, err := ParseAddress(address)
	if err != nil {
		return err
	}
	if a.TLS && s.Certificate == "" {
		return fmt.Errorf("%s needs a certificate; name its file and that of its key, or listen at grpc://", address)
	}
	l, err := listen(a)
	if err != nil {
		return fmt.Errorf("cannot listen at %s: %w", address, err)
	}
	return s.ServeOn(ctx, l)
}

// ServeOn serves on a listener, which it closes, until the context ends.
func (s Server) ServeOn(ctx context.Context, l net.Listener) error {
	if s.Log == nil {
		s.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	options := []grpc.ServerOption{
		grpc.MaxRecvMsgSize(mostMessage),
		grpc.MaxSendMsgSize(mostMessage),
		grpc.MaxConcurrentStreams(mostStreams),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
		grpc.UnaryInterceptor(s.answered),
		grpc.StreamInterceptor(s.streamed),
	}
	if s.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(s.Certificate, s.Key)
		if err != nil {
			l.Close()
			return fmt.Errorf("certificate %s and key %s cannot be used: %w", s.Certificate, s.Key, err)
		}
		options = append(options, grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})))
	}
	server, alive := grpc.NewServer(options...), health.NewServer()
	backendv1.RegisterBackendServer(server, &answers{vendor: s.Vendor})
	grpc_health_v1.RegisterHealthServer(server, alive)
	alive.SetServingStatus(backendv1.Backend_ServiceDesc.ServiceName, grpc_health_v1.HealthCheckResponse_SERVING)

	stopped := make(chan struct{})
	served := make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-ctx.Done():
		case <-served:
			return
		}
		alive.Shutdown()
		hard := time.AfterFunc(stopTime, server.Stop)
		defer hard.Stop()
		server.GracefulStop()
	}()
	err := server.Serve(l)
	close(served)
	<-stopped
	if errors.Is(err, grpc.ErrServerStopped) {
		return nil
	}
	return err
}

// answered bounds a question in time, lets no panic of a vendor end the program, and logs
// how it went.
func (s Server) answered(ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (answer any, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	began := time.Now()
	defer func() {
		err = s.ended(info.FullMethod, began, recover(), err)
	}()
	return next(ctx, request)
}

func (s Server) streamed(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
	ctx, cancel := context.WithTimeout(stream.Context(), streamTime)
	defer cancel()
	began := time.Now()
	defer func() {
		err = s.ended(info.FullMethod, began, recover(), err)
	}()
	return next(server, timed{stream, ctx})
}

// timed is a stream with a context of its own.
type timed struct {
	grpc.ServerStream
	ctx context.Context
}

// Context of the stream; it ends with the time that a stream has.
func (t timed) Context() context.Context { return t.ctx }

func (s Server) ended(method string, began time.Time, panicked any, err error) error {
	if panicked != nil {
		s.Log.Error("the backend panicked", "question", method, "panic", panicked, "stack", string(debug.Stack()))
		err = status.Error(codes.Internal, "the backend failed by a fault of its own; look at its log, and report it to who wrote it")
	}
	log := s.Log.Info
	if err != nil {
		log = s.Log.Warn
	}
	log("answered", "question", method, "code", status.Code(err).String(), "milliseconds", time.Since(began).Milliseconds(), "error", status.Convert(err).Message())
	return err
}
