package backend

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Address is where a backend listens.
type Address struct {
	Network string // tcp or unix
	Place   string // host:port, or the path of the socket
	TLS     bool
}

// ParseAddress reads grpc://host:port, grpcs://host:port (TLS) and unix:///path.
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse(text)
	if err == nil && u.User == nil && u.RawQuery == "" && u.Fragment == "" {
		switch {
		case u.Scheme == "unix" && u.Host == "" && len(u.Path) > 1:
			return Address{Network: "unix", Place: u.Path}, nil
		case (u.Scheme == "grpc" || u.Scheme == "grpcs") && u.Port() != "" && (u.Path == "" || u.Path == "/"):
			return Address{Network: "tcp", Place: u.Host, TLS: u.Scheme == "grpcs"}, nil
		}
	}
	return Address{}, fmt.Errorf("%q is no address of a backend; write grpc://host:port, grpcs://host:port or unix:///path", clip(text))
}

// Dial makes a connection to a backend; nothing is sent before the first call. With TLS
// its certificate is checked against those that the system trusts, which SSL_CERT_FILE
// can name. Options come after these, and win.
func Dial(address string, options ...grpc.DialOption) (*grpc.ClientConn, error) {
	a, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	secure := insecure.NewCredentials()
	if a.TLS {
		secure = credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS12})
	}
	target := "dns:///" + a.Place
	if a.Network == "unix" {
		target = "unix://" + a.Place
	}
	return grpc.NewClient(target, append([]grpc.DialOption{
		grpc.WithTransportCredentials(secure),
		grpc.WithNoProxy(),              // a backend is a neighbour, not a site
		grpc.WithDisableServiceConfig(), // DNS has no say in how it is called
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(mostMessage)),
	}, options...)...)
}

// listen opens the address. A socket that a program left behind when it died is removed;
// one that somebody still answers is not.
func listen(a Address) (net.Listener, error) {
	if a.Network != "unix" {
		return net.Listen(a.Network, a.Place)
	}
	held, err := os.Lstat(a.Place)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case held.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("%s is there already, and no socket; remove it, or listen elsewhere", a.Place)
	default:
		if c, err := net.DialTimeout("unix", a.Place, time.Second); err == nil {
			c.Close()
			return nil, fmt.Errorf("another program answers at %s; stop it, or listen elsewhere", a.Place)
		}
		if err := os.Remove(a.Place); err != nil {
			return nil, err
		}
	}
	return net.Listen("unix", a.Place)
}
