package letter

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/sluice-billing/sluice/internal/secret"
)

// Security is how the way to a mail server is kept secret.
type Security string

const (
	StartTLS Security = "starttls" // begins plain and goes on with TLS, or not at all
	TLS      Security = "tls"      // from the first byte
	None     Security = "none"     // to a server on the same machine
)

// Server is a mail server that takes messages for others. Its certificate must be valid
// for its name.
type Server struct {
	Host     string
	Port     int         // 0 is that of Security: 587, 465 or 25
	Security Security    // empty is starttls
	User     string      // empty where the server asks for none
	Password secret.Text // never in an error
	HELO     string      // how this machine calls itself; empty is the sender's domain
	// AllowPlain lets Security none go to other machines, for closed networks.
	AllowPlain bool
	// Timeout is how long one message may take in all; 0 is five minutes. Who leases
	// messages must lease them for longer.
	Timeout time.Duration
	Roots   *x509.CertPool // who vouches for the certificate; nil are those of the machine
	// Dial makes the connection; nil is a plain one. It is where addresses inside can be
	// refused.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

var portOf = map[Security]int{StartTLS: 587, TLS: 465, None: 25}

const (
	dialTime   = 30 * time.Second
	wholeTime  = 5 * time.Minute
	mostAnswer = 1 << 20 // bytes that a server can say in one session
)

// Check says what is wrong with the settings, without asking the server.
func (s Server) Check() error {
	switch {
	case s.Host == "" || strings.ContainsAny(s.Host, "/@ \t\r\n"):
		return fmt.Errorf("the mail server %q is no name such as smtp.example.com", s.Host)
	case s.Port < 0 || s.Port > 65535:
		return fmt.Errorf("the mail server's port %d is none; leave it out, or name one such as 587", s.Port)
	case portOf[s.security()] == 0:
		return fmt.Errorf("the mail server's security %q is none of starttls, tls and none", s.Security)
	case s.HELO != "" && !dnsName.MatchString(strings.ToLower(s.HELO)):
		return fmt.Errorf("the name for HELO, %q, is no name such as billing.example.com", s.HELO)
	case s.User == "" != s.Password.IsZero():
		return errors.New("the mail server has a user without a password, or a password without a user; give both or none")
	case s.security() == None && !s.AllowPlain && !localHost(s.Host):
		return s.plain()
	}
	return nil
}

func (s Server) security() Security { return cmp.Or(s.Security, StartTLS) }

func (s Server) plain() error {
	return fmt.Errorf("mail to %s would go over the network for all to read; use starttls or tls, or allow plain connections", s.Host)
}

func localHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// Try connects, signs in and leaves again. The error says what does not work.
func (s Server) Try(ctx context.Context) error {
	c, err := s.connect(ctx, "localhost")
	if err != nil {
		return errors.New(s.words(err))
	}
	defer c.close()
	if err := c.smtp.Noop(); err != nil {
		return errors.New(s.words(err))
	}
	return nil
}

// connection is one that is ready to take a message.
type connection struct {
	smtp *smtp.Client
	stop func() bool // ends the watch on the context
	end  context.CancelFunc
}

func (c *connection) close() {
	_ = c.smtp.Quit() // what was taken is taken
	c.drop()
}

func (c *connection) drop() {
	c.stop()
	c.end()
	_ = c.smtp.Close()
}

// connect returns a connection that is secret as wanted and signed in.
func (s Server) connect(ctx context.Context, name string) (*connection, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	ctx, end := context.WithTimeout(ctx, cmp.Or(s.Timeout, wholeTime))
	raw, err := s.dial(ctx)
	if err != nil {
		end()
		return nil, fmt.Errorf("no connection to the mail server %s: %w", s.Host, err)
	}
	deadline, _ := ctx.Deadline()
	_ = raw.SetDeadline(deadline)
	stop := context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) })
	c, err := s.greet(raw, cmp.Or(s.HELO, name))
	if err != nil {
		stop()
		end()
		_ = raw.Close()
		return nil, err
	}
	return &connection{c, stop, end}, nil
}

func (s Server) dial(ctx context.Context) (net.Conn, error) {
	dial := s.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTime}).DialContext
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(cmp.Or(s.Port, portOf[s.security()]))))
	if err != nil {
		return nil, err
	}
	if there, err := netip.ParseAddrPort(conn.RemoteAddr().String()); s.security() == None && !s.AllowPlain && (err != nil || !there.Addr().Unmap().IsLoopback()) {
		_ = conn.Close()
		return nil, s.plain()
	}
	return &bounded{conn, mostAnswer}, nil
}

// greet begins the session: TLS, names, sign-in.
func (s Server) greet(conn net.Conn, name string) (*smtp.Client, error) {
	config := &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	if s.security() == TLS {
		conn = tls.Client(conn, config)
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return nil, fmt.Errorf("the mail server %s does not greet: %w", s.Host, err)
	}
	c.SkipSMTPUTF8(true) // addresses are ASCII, see checkAddress
	if err := c.Hello(name); err != nil {
		return nil, fmt.Errorf("the mail server %s does not take the name %s: %w", s.Host, name, err)
	}
	if s.security() == StartTLS {
		if offered, _ := c.Extension("STARTTLS"); !offered {
			return nil, fmt.Errorf("the mail server %s offers no STARTTLS; nothing was sent. Use tls where it has a port for that", s.Host)
		}
		if err := c.StartTLS(config); err != nil {
			return nil, fmt.Errorf("no secret connection to the mail server %s: %w", s.Host, err)
		}
	}
	if s.User == "" {
		return c, nil
	}
	auth, err := s.auth(c)
	if err == nil {
		err = c.Auth(auth)
	}
	if err != nil {
		return nil, fmt.Errorf("the mail server %s does not take user and password: %w", s.Host, err)
	}
	return c, nil
}

// auth is the best way to sign in that the server knows.
func (s Server) auth(c *smtp.Client) (smtp.Auth, error) {
	_, offered := c.Extension("AUTH")
	ways := " " + strings.ToUpper(offered) + " "
	plain := s.security() == None // allowed by Check and dial
	switch {
	case strings.Contains(ways, " SCRAM-SHA-256 "):
		return smtp.ScramSHA256Auth(s.User, s.Password.Reveal()), nil
	case strings.Contains(ways, " PLAIN "):
		return smtp.PlainAuth("", s.User, s.Password.Reveal(), s.Host, plain), nil
	case strings.Contains(ways, " LOGIN "):
		return smtp.LoginAuth(s.User, s.Password.Reveal(), s.Host, plain), nil
	}
	return nil, fmt.Errorf("it offers %q, and none of SCRAM-SHA-256, PLAIN and LOGIN", strings.TrimSpace(offered))
}

// bounded is a connection to a server that cannot say more than it has to.
type bounded struct {
	net.Conn
	left int
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("the server said more than %d bytes: %w", mostAnswer, io.ErrShortBuffer)
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
