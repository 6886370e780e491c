package plugin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/backend/backendv1"
	"github.com/sluice-billing/sluice/internal/billing"
)

// refusal dials what cannot be reached, and wants a sentence with these parts.
func refusal(t *testing.T, b billing.Backend, parts ...string) {
	t.Helper()
	b.Name = "hyper"
	found, err := Dial(t.Context(), b)
	if err == nil {
		found.Close()
		t.Fatal("it was reached")
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %q, without %q", err, part)
		}
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	refusal(t, billing.Backend{Address: "grpc://" + l.Addr().String()}, "backend hyper at grpc://127.0.0.1:", "cannot be reached: ", "connection refused; start it, or correct its address")
	refusal(t, billing.Backend{Address: "unix://" + filepath.Join(t.TempDir(), "none.sock")}, "cannot be reached", "no such file or directory; start it, or correct its address")
	refusal(t, billing.Backend{Address: "grpc://nowhere.invalid:7070"}, "backend hyper at grpc://nowhere.invalid:7070 cannot be reached", "; start it, or correct its address")
	refusal(t, billing.Backend{Address: "http://127.0.0.1:1"}, `"http://127.0.0.1:1" is no address of a backend; write grpc://host:port`)
	refusal(t, billing.Backend{Address: "grpc://127.0.0.1:1", Protocol: "soap"}, `speaks "soap", which Sluice does not; use sluice, cloudforet or cloudforet-billing`)
}

func TestUnixSocket(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "b.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- backend.Server{Vendor: vendor{}}.ServeOn(ctx, l) }()
	d, err := reached(t, billing.Backend{Address: "unix://" + socket}).Describe(t.Context())
	if err != nil || d.Name != "Hyper" {
		t.Errorf("%+v, %v", d, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// certified is a certificate of 127.0.0.1 that nobody signed but itself.
func certified(t *testing.T, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "backend"}, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	made, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(made)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{made}, PrivateKey: key}, pool
}

func TestTLS(t *testing.T) {
	t.Parallel()
	register := func(s *grpc.Server) { backendv1.RegisterBackendServer(s, crooked{}) }
	pair, pool := certified(t, time.Now().Add(time.Hour))
	with := func(c tls.Certificate) grpc.ServerOption {
		return grpc.Creds(credentials.NewServerTLSFromCert(&c))
	}
	secure, plain := listening(t, register, with(pair)), listening(t, register)
	trust := grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(pool, ""))

	if d, err := reached(t, billing.Backend{Address: "grpcs://" + secure}, trust).Describe(t.Context()); err != nil || d.Name != "Crooked" {
		t.Errorf("%+v, %v", d, err)
	}
	refusal(t, billing.Backend{Address: "grpc://" + secure}, "does not speak gRPC without TLS; write grpcs:// in the address of backend hyper if it wants TLS, or correct the address")
	refusal(t, billing.Backend{Address: "grpcs://" + plain}, "backend hyper at grpcs://", "does not speak TLS; write grpc:// in its address, or give the backend a certificate")
	refusal(t, billing.Backend{Address: "grpcs://" + secure}, "the certificate of backend hyper at grpcs://", "is not trusted: certificate signed by unknown authority; name the file of its authority in SSL_CERT_FILE")
	old, oldPool := certified(t, time.Now().Add(-time.Hour))
	_, err := dial(t.Context(), billing.Backend{Name: "hyper", Address: "grpcs://" + listening(t, register, with(old))}, grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(oldPool, "")))
	if err == nil || !strings.Contains(err.Error(), "is not trusted: certificate has expired or is not yet valid") {
		t.Errorf("got %v", err)
	}
}

// Something that is no backend of the protocol is told so.
func TestNoBackend(t *testing.T) {
	t.Parallel()
	nothing := "grpc://" + listening(t, func(*grpc.Server) {})
	for _, protocol := range []string{"", Cloudforet, CloudforetBilling} {
		b := reached(t, billing.Backend{Address: nothing, Protocol: protocol})
		_, err := b.Describe(t.Context())
		if protocol == "" {
			protocol = Sluice
		}
		want := "what listens at " + nothing + " does not speak protocol " + protocol + ", or another version of it (it was asked for what it is); correct protocol or address of backend hyper, or update it"
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	site := httptest.NewServer(http.NotFoundHandler())
	defer site.Close()
	refusal(t, billing.Backend{Address: "grpc://" + site.Listener.Addr().String()}, "does not speak gRPC without TLS", "correct the address")
}

// A port that is open and silent is left, and so is a backend that says it is not ready.
func TestSilentAndUnready(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	refusal(t, billing.Backend{Address: "grpc://" + l.Addr().String(), IdleSeconds: 1}, "backend hyper did not answer for 1 seconds when it was asked for how it is; look at its log, or raise idle_seconds")

	unready := health.NewServer()
	unready.SetServingStatus("", grpc_health_v1.HealthCheckResponse_NOT_SERVING)
	address := listening(t, func(s *grpc.Server) { grpc_health_v1.RegisterHealthServer(s, unready) })
	refusal(t, billing.Backend{Address: "grpc://" + address}, "says that it is not ready; look at its log, and try again")
}
