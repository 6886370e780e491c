package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// Certificate is a TLS certificate with its key, from two files in PEM. When the
// files change, as when it is renewed, new connections get the new one.
type Certificate struct {
	certificate, key string
	log              *slog.Logger
	now              atomic.Pointer[tls.Certificate]
	state            string // of the files that were read last
}

// LoadCertificate reads the files, and returns an error where they do not fit
// together.
func LoadCertificate(certificate, key string, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{certificate: certificate, key: key, log: log}
	if err := c.load(); err != nil {
		return nil, err
	}
	return c, nil
}

// Config is how connections are made with it: TLS 1.2 or later, HTTP/2 or 1.1.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.now.Load(), nil },
	}
}

// Watch looks at the files at each interval until the context ends. One that
// cannot be read leaves the old certificate in use, and is logged.
func (c *Certificate) Watch(ctx context.Context, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		state, err := c.stat()
		if err == nil && state == c.state {
			continue
		}
		if err == nil {
			err = c.load()
		}
		if err != nil {
			c.log.Error("the certificate was not read again; the one before stays in use", "error", err)
			continue
		}
		c.log.Info("the certificate was read again", "file", c.certificate, "until", c.now.Load().Leaf.NotAfter)
	}
}

func (c *Certificate) load() error {
	state, err := c.stat()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.certificate, c.key)
	if err != nil {
		return fmt.Errorf("read the TLS certificate %s and its key %s: %w", c.certificate, c.key, err)
	}
	c.now.Store(&pair)
	c.state = state
	return nil
}

// stat says of which time and size the files are.
func (c *Certificate) stat() (state string, err error) {
	for _, path := range []string{c.certificate, c.key} {
		info, err := os.Stat(path)
		if err != nil {
			return "", fmt.Errorf("read the TLS certificate: %w", err)
		}
		state += fmt.Sprintf("%d %d;", info.ModTime().UnixNano(), info.Size())
	}
	return state, nil
}
