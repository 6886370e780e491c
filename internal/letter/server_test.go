package letter

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/sluice-billing/sluice/internal/secret"
)

// postOffice is a mail server in this process.
type postOffice struct {
	Server        // how it is reached
	way    string // to sign in

	mu       sync.Mutex
	refuse   map[string]error // by recipient, by "from" and by "data"
	received []Mail
	said     protocol // all that clients and server said, where it is plain
}

// protocol is what was said in all sessions.
type protocol struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *protocol) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *protocol) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

const password = "correct horse"

var busy = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted, come\aback later"}

// open starts a mail server. Its certificate is of a test's own authority, and is valid
// for 127.0.0.1 and example.com.
func open(t *testing.T, security Security, set func(*smtp.Server)) *postOffice {
	t.Helper()
	authority := httptest.NewTLSServer(nil)
	authority.Close()
	p := &postOffice{way: sasl.Plain, refuse: map[string]error{}}
	s := smtp.NewServer(p)
	s.Domain, s.AllowInsecureAuth, s.TLSConfig = "mail.example.com", true, &tls.Config{Certificates: authority.TLS.Certificates}
	s.ErrorLog = silent{}
	if security == None {
		s.TLSConfig, s.Debug = nil, &p.said
	}
	if set != nil {
		set(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	serve := l
	if security == TLS {
		serve = tls.NewListener(l, s.TLSConfig)
	}
	go func() { _ = s.Serve(serve) }()
	t.Cleanup(func() { _ = s.Close() })
	roots := x509.NewCertPool()
	roots.AddCert(authority.Certificate())
	p.Server = Server{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: security, User: "ann", Password: secret.TextOf(password), Roots: roots, Timeout: 20 * time.Second,
	}
	return p
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

type session struct {
	*postOffice
	signedIn bool
	mail     Mail
}

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &session{postOffice: p}, nil
}

func (s *session) AuthMechanisms() []string { return []string{"XOTHER", s.way} }

func (s *session) Auth(way string) (sasl.Server, error) {
	if way == sasl.Login {
		return &login{session: s}, nil
	}
	return sasl.NewPlainServer(func(_, user, given string) error { return s.signIn(user, given) }), nil
}

func (s *session) signIn(user, given string) error {
	if user != "ann" || given != password {
		return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong: " + given}
	}
	s.signedIn = true
	return nil
}

// login is the way LOGIN to sign in, which some large providers have alone: user and
// password are asked for one after the other.
type login struct {
	*session
	given []string
}

func (l *login) Next(response []byte) (challenge []byte, done bool, err error) {
	if response != nil {
		l.given = append(l.given, string(response))
	}
	if len(l.given) < 2 {
		return []byte([]string{"Username:", "Password:"}[len(l.given)]), false, nil
	}
	return nil, true, l.signIn(l.given[0], l.given[1])
}

func (s *session) answer(to string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuse[to]
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail = Mail{From: from}
	if !s.signedIn {
		return smtp.ErrAuthRequired
	}
	return s.answer("from")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.answer(to); err != nil {
		return err
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.answer("data"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mail.Raw = raw
	s.received = append(s.received, s.mail)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func mailOf(t *testing.T) Mail {
	t.Helper()
	w, err := message().Write()
	ok(t, err)
	w.To = w.To[:2] // ann and bob
	return w
}

func states(o Outcome) (all []State) {
	for _, r := range o.Recipients {
		all = append(all, r.State)
	}
	return all
}

// What the server gets is what was written, byte for byte, by each way.
func TestSend(t *testing.T) {
	for _, security := range []Security{StartTLS, TLS, None} {
		p := open(t, security, nil)
		w := mailOf(t)
		o := p.Send(t.Context(), w)
		if o.State() != Taken || o.Problem() != "" || o.Receipt == "" {
			t.Fatalf("%s: %+v", security, o)
		}
		if len(p.received) != 1 || !bytes.Equal(p.received[0].Raw, w.Raw) || p.received[0].From != w.From || !slices.Equal(p.received[0].To, w.To) {
			t.Errorf("%s: the server got %+v", security, p.received)
		}
		if !strings.Contains(string(w.Raw), "\r\n") {
			t.Error("the lines do not end as mail's do")
		}
		ok(t, p.Try(t.Context()))
	}
}

func TestSignIn(t *testing.T) {
	p := open(t, StartTLS, nil)
	for _, way := range []string{sasl.Plain, sasl.Login} {
		p.way = way
		ok(t, p.Try(t.Context()))
	}
	p.way = "XOAUTH2"
	if err := p.Try(t.Context()); err == nil || !strings.Contains(err.Error(), `offers "XOTHER XOAUTH2", and none of SCRAM-SHA-256, PLAIN and LOGIN`) {
		t.Errorf("a server that takes no password: %v", err)
	}
}

// One recipient is refused for good, another for now: the others get it, and only who
// was put off gets it later.
func TestSomeAreRefused(t *testing.T) {
	p := open(t, StartTLS, nil)
	w := mailOf(t)
	w.To = append(w.To, "cy@acme.example")
	p.refuse["ann@acme.example"] = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	p.refuse["bob@acme.example"] = busy
	o := p.Send(t.Context(), w)
	if fmt.Sprint(states(o)) != "[refused later taken]" || o.State() != Later || !slices.Equal(p.received[0].To, []string{"cy@acme.example"}) {
		t.Fatalf("%+v", o)
	}
	if want := "ann@acme.example: 550 5.1.1 no such user; bob@acme.example: 451 4.7.1 Greylisted, come back later"; o.Problem() != want {
		t.Errorf("problem %q, want %q", o.Problem(), want)
	}
	delete(p.refuse, "bob@acme.example")
	o = p.Send(t.Context(), w.Only(o.In(Later)))
	if o.State() != Taken || len(p.received) != 2 || !slices.Equal(p.received[1].To, []string{"bob@acme.example"}) {
		t.Errorf("%+v: %+v", o, p.received)
	}
	if o := p.Send(t.Context(), w.Only([]string{"ann@acme.example"})); o.State() != Refused || len(p.received) != 2 {
		t.Errorf("a message that nobody takes: %+v", o)
	}
}

func TestMessageIsRefused(t *testing.T) {
	for place, code := range map[string]int{"from": 550, "data": 554} {
		p := open(t, StartTLS, nil)
		p.refuse[place] = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "we do not want it"}
		o := p.Send(t.Context(), mailOf(t))
		if want := fmt.Sprintf("%d 5.7.1 we do not want it", code); o.State() != Refused || o.Problem() != want || len(o.In(Refused)) != 2 {
			t.Errorf("%s: %+v", place, o)
		}
		p.refuse[place] = busy
		if o := p.Send(t.Context(), mailOf(t)); fmt.Sprint(states(o)) != "[later later]" {
			t.Errorf("%s for now: %+v", place, o)
		}
	}
	p := open(t, StartTLS, func(s *smtp.Server) { s.MaxMessageBytes = 3000 })
	if o := p.Send(t.Context(), mailOf(t)); o.State() != Refused || !strings.Contains(o.Problem(), "3000 bytes at most") || !strings.Contains(o.Problem(), "links") {
		t.Errorf("a message that the server finds too large: %+v", o)
	}
}

// A connection that breaks, at any byte the server says, loses nothing: it is later.
func TestConnectionBreaks(t *testing.T) {
	p := open(t, None, nil)
	w := mailOf(t)
	for after := 0; after < 900; after += 13 {
		s := p.Server
		s.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			return &breaking{conn, after}, err
		}
		before := len(p.mails())
		o := s.Send(t.Context(), w)
		switch {
		case o.State() == Taken && len(p.mails()) == before+1:
			return // from here on it was all there
		case o.State() != Later || o.Problem() == "" || len(o.In(Later)) != 2:
			t.Fatalf("after %d bytes: %+v", after, o)
		}
	}
	t.Error("the message never got through")
}

func (p *postOffice) mails() []Mail {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.received)
}

// breaking is a connection that ends after that many bytes of the server's.
type breaking struct {
	net.Conn
	left int
}

func (b *breaking) Read(p []byte) (int, error) {
	if b.left == 0 {
		_ = b.Conn.Close()
		return 0, errors.New("connection reset by peer")
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// What is wrong with the way is said, and nothing of the letter or the password is sent
// where it is not secret.
func TestNoWay(t *testing.T) {
	open1, plain := open(t, StartTLS, nil), open(t, None, nil)
	port := func(s Server, p *postOffice) Server { s.Port = p.Port; return s }
	with := func(change func(*Server)) Server { s := open1.Server; change(&s); return s }
	for name, test := range map[string]struct {
		server Server
		want   string
	}{
		"unknown authority": {with(func(s *Server) { s.Roots = x509.NewCertPool() }), "the certificate of the mail server 127.0.0.1 is not valid: x509: "},
		"another name":      {with(func(s *Server) { s.Host = "localhost" }), "the certificate of the mail server localhost is not valid: x509: "},
		"no STARTTLS":       {port(open1.Server, plain), "offers no STARTTLS; nothing was sent"},
		"password":          {with(func(s *Server) { s.Password = secret.TextOf("wrong horse") }), "does not take user and password: 535 5.7.8 wrong: •••"},
		"not TLS":           {with(func(s *Server) { s.Security = TLS; s.Port = plain.Port }), "tls: "},
		"nobody there":      {with(func(s *Server) { s.Port = closedPort(t) }), "no connection to the mail server 127.0.0.1"},
		"refused address": {with(func(s *Server) {
			s.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("it is inside") }
		}), "it is inside"},
	} {
		o := test.server.Send(t.Context(), mailOf(t))
		if fmt.Sprint(states(o)) != "[later later]" || !strings.Contains(o.Problem(), test.want) || strings.Contains(o.Problem(), "horse") {
			t.Errorf("%s: %s", name, o.Problem())
		}
		if err := test.server.Try(t.Context()); err == nil || err.Error() != o.Problem() {
			t.Errorf("%s: tried with %v", name, err)
		}
	}
	if strings.Contains(plain.said.String(), "AUTH PLAIN") || strings.Contains(plain.said.String(), "MAIL") {
		t.Errorf("over a plain connection went %q", plain.said.String())
	}
}

func closedPort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// A server that says nothing, and one that does not stop to talk, are left.
func TestServerDoesNotBehave(t *testing.T) {
	for name, test := range map[string]struct {
		talk func(net.Conn)
		want string
	}{
		"silent": {func(net.Conn) {}, "gave no answer in time"},
		"talks": {func(c net.Conn) {
			for _, err := c.Write([]byte("220-")); err == nil; _, err = c.Write(bytes.Repeat([]byte("x"), 1<<16)) {
			}
		}, "said more than"},
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ok(t, err)
		defer l.Close()
		go func() {
			if c, err := l.Accept(); err == nil {
				test.talk(c)
				_, _ = io.Copy(io.Discard, c)
			}
		}()
		s := Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: None, Timeout: 500 * time.Millisecond}
		if name == "talks" {
			s.Timeout = 20 * time.Second
		}
		if o := s.Send(t.Context(), mailOf(t)); o.State() != Later || !strings.Contains(o.Problem(), test.want) {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestServersThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		server Server
		want   string
	}{
		"none":     {Server{}, "is no name such as smtp.example.com"},
		"address":  {Server{Host: "smtp://x"}, "is no name such as smtp.example.com"},
		"port":     {Server{Host: "x", Port: 70000}, "port 70000"},
		"security": {Server{Host: "x", Security: "ssl"}, "none of starttls, tls and none"},
		"HELO":     {Server{Host: "x", HELO: "a b"}, "HELO"},
		"half":     {Server{Host: "x", User: "ann"}, "user without a password"},
		"plain":    {Server{Host: "smtp.example.com", Security: None}, "for all to read"},
	} {
		if err := test.server.Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, s := range []Server{{Host: "x"}, {Host: "x", Security: TLS, User: "a", Password: secret.TextOf("b")}, {Host: "::1", Security: None}, {Host: "x", Security: None, AllowPlain: true}} {
		ok(t, s.Check())
	}
	if shown := fmt.Sprintf("%+v", Server{Host: "x", Password: secret.TextOf("horse")}); strings.Contains(shown, "horse") {
		t.Errorf("shown as %s", shown)
	}
}
