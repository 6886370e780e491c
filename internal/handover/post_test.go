package handover

import (
	"context"
	"errors"
	"io"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/store"
)

// smtpServer takes messages for all addresses but those it says something of.
type smtpServer struct {
	mu   sync.Mutex
	port int
	says map[string]*smtp.SMTPError // by recipient
	got  []received
}

type received struct {
	to  []string
	raw string
}

func startSMTP(t *testing.T) *smtpServer {
	t.Helper()
	s := &smtpServer{says: map[string]*smtp.SMTPError{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	s.port = listener.Addr().(*net.TCPAddr).Port
	server := smtp.NewServer(s)
	server.Domain = "mx.example.com"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	return s
}

// NewSession implements smtp.Backend.
func (s *smtpServer) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }

type session struct {
	server *smtpServer
	to     []string
}

func (x *session) Mail(string, *smtp.MailOptions) error { return nil }
func (x *session) Reset()                               { x.to = nil }
func (x *session) Logout() error                        { return nil }

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	if says := x.server.says[to]; says != nil {
		return says
	}
	x.to = append(x.to, to)
	return nil
}

func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	x.server.got = append(x.server.got, received{slices.Clone(x.to), string(raw)})
	return err
}

// Messages of hand-overs go to a real SMTP server: who has one does not get it again,
// and each try is the same message.
func TestPost(t *testing.T) {
	s, w := startSMTP(t), newWorld(t)
	post := Post{
		Sender: func(_ context.Context, owner string) (Sender, error) {
			return Sender{
				Brand:  brand.Brand{Organization: owner, Name: "Kumo", Sender: brand.Sender{Name: "Kumo Billing", Address: "billing@kumo.example"}},
				Server: letter.Server{Host: "127.0.0.1", Port: s.port, Security: letter.None},
			}, nil
		},
		Fields: func(_ context.Context, m Mail) (letter.Fields, string, error) {
			return letter.Fields{"customer": "ACME", "number": "INV-1", "period": "October 2026", "total": "12.34 EUR", "data": m.What}, "en", nil
		},
	}
	w.material.Mail = post.Send
	s.says["cfo@acme.example"] = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"}
	s.says["gone@acme.example"] = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	w.add(mailWish(func(x *Wish) { x.Cc = []string{"cfo@acme.example"} }), "")
	d := w.published("2026-10/acme-main", "acme-main")
	w.deliver(0)
	x := w.one()
	if x.State != store.HandoverWaiting || !strings.Contains(x.Problem, "cfo@acme.example") || !strings.Contains(x.Problem, "mailbox full") || !slices.Equal(x.Taken, []string{"billing@acme.example"}) {
		t.Errorf("on record is %+v", x)
	}
	s.mu.Lock()
	delete(s.says, "cfo@acme.example")
	s.mu.Unlock()
	w.clock.forward(pauses[0])
	w.deliver(1)
	if len(s.got) != 2 || !slices.Equal(s.got[0].to, []string{"billing@acme.example"}) || !slices.Equal(s.got[1].to, []string{"cfo@acme.example"}) {
		t.Fatalf("it got %+v", s.got)
	}
	first, err := mail.ReadMessage(strings.NewReader(s.got[0].raw))
	ok(t, err)
	second, err := mail.ReadMessage(strings.NewReader(s.got[1].raw))
	ok(t, err)
	x = w.one()
	for _, name := range []string{"Message-Id", "Date", "Subject", "From", "To", "Cc"} {
		if first.Header.Get(name) == "" || first.Header.Get(name) != second.Header.Get(name) {
			t.Errorf("%s is %q, then %q", name, first.Header.Get(name), second.Header.Get(name))
		}
	}
	if first.Header.Get("Message-Id") != "<"+x.MessageID+">" || !strings.Contains(first.Header.Get("Subject"), "INV-1") || !strings.Contains(s.got[0].raw, "INV-acme-main.pdf") {
		t.Errorf("the message is\n%s", s.got[0].raw)
	}
	if got := w.sentEvents(d.ID); !slices.Equal(got, []string{"mail to billing@acme.example, cfo@acme.example"}) {
		t.Errorf("the document was sent %q", got)
	}
	var final *FinalError
	r, err := post.Send(t.Context(), Mail{Key: "k", Owner: "reseller", Letter: letter.Test, What: whatTest, At: w.clock.now(), To: []string{"gone@acme.example"}})
	if !errors.As(err, &final) || len(r.Taken) != 0 || !strings.Contains(err.Error(), "no such user") {
		t.Errorf("refused for good: %v, %+v", err, r)
	}
}

// Letters are of kinds that package letter has.
func TestLettersOfKinds(t *testing.T) {
	for _, k := range kinds {
		p := parcel{handover: handed{What: k.name}}
		if k.document {
			p.document.id = "2026-10/acme"
		}
		if !slices.Contains(letter.Kinds, p.letter()) {
			t.Errorf("%s is a letter %q, which there is not", k.name, p.letter())
		}
	}
}
