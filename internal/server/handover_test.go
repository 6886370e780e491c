package server

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
)

// mailSink is a mail server that takes messages for all but those it says something of.
type mailSink struct {
	mu   sync.Mutex
	port int
	says map[string]*smtp.SMTPError // by recipient, once
	got  []sunk
}

type sunk struct {
	from string
	to   []string
	raw  []byte
}

func startMail(t testing.TB) *mailSink {
	t.Helper()
	s := &mailSink{says: map[string]*smtp.SMTPError{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	server := smtp.NewServer(s)
	server.Domain = "mx.example.com"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	return s
}

// NewSession implements smtp.Backend.
func (s *mailSink) NewSession(*smtp.Conn) (smtp.Session, error) { return &mailSession{sink: s}, nil }

type mailSession struct {
	sink *mailSink
	from string
	to   []string
}

func (x *mailSession) Mail(from string, _ *smtp.MailOptions) error { x.from = from; return nil }
func (x *mailSession) Reset()                                      { x.to = nil }
func (x *mailSession) Logout() error                               { return nil }

func (x *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.sink.mu.Lock()
	defer x.sink.mu.Unlock()
	if says := x.sink.says[to]; says != nil {
		delete(x.sink.says, to)
		return says
	}
	x.to = append(x.to, to)
	return nil
}

func (x *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	x.sink.mu.Lock()
	defer x.sink.mu.Unlock()
	x.sink.got = append(x.sink.got, sunk{x.from, slices.Clone(x.to), raw})
	return err
}

// all are the messages that came by now.
func (s *mailSink) all() []sunk {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// wait returns the messages when there are so many.
func (s *mailSink) wait(t *testing.T, n int) []sunk {
	t.Helper()
	for until := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		got := s.all()
		if len(got) >= n {
			return got
		}
		if time.Now().After(until) {
			t.Fatalf("%d messages came, want %d", len(got), n)
		}
	}
}

// parts are the files that are attached to a message, by name.
func (m sunk) parts(t *testing.T) (header mail.Header, files map[string][]byte) {
	t.Helper()
	message, err := mail.ReadMessage(bytes.NewReader(m.raw))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	for r := multipart.NewReader(message.Body, parameters["boundary"]); ; {
		part, err := r.NextPart()
		if err == io.EOF {
			return message.Header, files
		}
		if err != nil {
			t.Fatal(err)
		}
		if name := part.FileName(); name != "" {
			data, err := io.ReadAll(part)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = data
		}
	}
}

// plain is the text of a message without files.
func (m sunk) plain(t *testing.T) string {
	t.Helper()
	_, rest, _ := bytes.Cut(m.raw, []byte("text/plain; charset=UTF-8\r\n\r\n"))
	block, _, _ := bytes.Cut(rest, []byte("\r\n--"))
	text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(block), "\r\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// posting is a server with a mail server and a brand to write in.
func posting(t *testing.T) (*tested, *mailSink, string) {
	t.Helper()
	s, sink := serve(t), startMail(t)
	token := s.program("root", nil, access.Grant{Organization: access.Root, Role: access.Owner})
	s.good(token, http.MethodPut, "/brands/reseller", map[string]any{"name": "Akatsuki Cloud", "mail_sender": map[string]any{"name": "Akatsuki Billing", "address": "billing@akatsuki.example"}})
	s.good(token, http.MethodPut, "/mail/server", map[string]any{"host": "127.0.0.1", "port": sink.port, "security": "none", "bounces": "bounces@akatsuki.example"})
	return s, sink, token
}

// good asks for what must be done.
func (s *tested) good(token, method, path string, body any) reaction {
	s.t.Helper()
	got := s.ask(token, method, api.Base+path, body)
	if got.status >= 300 {
		s.t.Fatalf("%s %s: %s", method, path, got)
	}
	return got
}

// A published document goes by mail to whom its customer's route says, once, and counts
// as sent; who does not take it now gets the same message later; what came back is on
// record.
func TestDocumentGoesByMail(t *testing.T) {
	s, sink, token := posting(t)
	const id = closedMonth + "%2Fgruenwald-main" // is issued and not published
	route := s.good(token, http.MethodPost, "/handover/routes", map[string]any{
		"customer": "gruenwald", "what": []string{"invoice"}, "formats": []string{"pdf", "csv"}, "by": "mail", "when": map[string]any{"on": "publish"},
		"to": []string{"buchhaltung@gruenwald.example"}, "cc": []string{"chef@gruenwald.example"},
	})
	sink.says["chef@gruenwald.example"] = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"}
	s.good(token, http.MethodPost, "/invoices/publish", map[string]any{"ids": []string{closedMonth + "/gruenwald-main"}})
	first := sink.wait(t, 1)[0]
	if first.from != "bounces@akatsuki.example" || !slices.Equal(first.to, []string{"buchhaltung@gruenwald.example"}) {
		t.Errorf("it went from %s to %s", first.from, first.to)
	}
	header, files := first.parts(t)
	if len(files) != 2 || header.Get("Message-Id") == "" || !strings.Contains(header.Get("From"), "billing@akatsuki.example") {
		t.Errorf("the message has %v and %d files", header, len(files))
	}
	waiting := s.await(token, "waiting")
	if !strings.Contains(string(waiting), "mailbox full") {
		t.Errorf("nobody says why it waits: %s", waiting)
	}
	parcel := textAt(t, waiting, "id")
	s.good(token, http.MethodPost, "/handover/parcels/"+parcel+"/retry", nil)
	second := sink.wait(t, 2)[1]
	if !slices.Equal(second.to, []string{"chef@gruenwald.example"}) {
		t.Errorf("then it went to %s", second.to)
	}
	sent := s.await(token, "sent")
	if log := s.good(token, http.MethodGet, "/handover/parcels/"+parcel, nil); !strings.Contains(string(log.body), `"attempt":2`) {
		t.Errorf("its log is %s", log)
	}
	if inv := s.good(token, http.MethodGet, "/invoices?period="+closedMonth+"&filter=id:eq:"+id, nil); !strings.Contains(string(inv.body), `"sent":"`) {
		t.Errorf("the document does not count as sent: %s", inv)
	}
	time.Sleep(3 * time.Second) // a round and more
	if n := len(sink.all()); n != 2 {
		t.Errorf("%d messages went, want 2", n)
	}
	report := bounceOf(textAt(t, sent, "message_id"), "chef@gruenwald.example")
	back := s.ask(token, http.MethodPost, api.Base+"/mail/bounces", report, "Content-Type", "application/octet-stream")
	if !strings.Contains(string(back.body), `"report":true`) || !strings.Contains(string(back.body), `"state":"bounced"`) {
		t.Errorf("of what came back it says %s", back)
	}
	other := s.ask(token, http.MethodPost, api.Base+"/mail/bounces", "From: a@b.example\r\nSubject: out\r\n\r\nI am away.\r\n", "Content-Type", "application/octet-stream")
	if other.status != http.StatusOK || !strings.Contains(string(other.body), `"report":false`) {
		t.Errorf("of a note of absence it says %s", other)
	}
	s.good(token, http.MethodDelete, "/handover/routes/"+textAt(t, route.body, "id"), nil)
}

// await returns the only hand-over when it is in a state.
func (s *tested) await(token, state string) []byte {
	s.t.Helper()
	for until := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		got := s.good(token, http.MethodGet, "/handover/parcels?state="+state, nil)
		_, one, found := strings.Cut(string(got.body), `"items":[{`)
		if found && !(state == "waiting" && strings.Contains(one, `"attempts":0`)) {
			end := strings.Index(one, `}]`)
			return []byte("{" + one[:end] + "}")
		}
		if time.Now().After(until) {
			s.t.Fatalf("nothing is %s: %s", state, s.good(token, http.MethodGet, "/handover/parcels", nil))
		}
	}
}

// bounceOf is the report of a mail server that could not deliver a message (RFC 3464).
func bounceOf(messageID, to string) string {
	return strings.ReplaceAll(fmt.Sprintf(`From: MAILER-DAEMON@mx.example.com
To: bounces@akatsuki.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

Sorry.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; %s
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--x
Content-Type: text/rfc822-headers

Message-ID: <%s>
--x--
`, to, messageID), "\n", "\r\n")
}

// A document goes by hand to addresses, with a link in the place of the file; whoever
// has the link reads that document until it is taken back, and nobody learns more.
func TestLinkToDocument(t *testing.T) {
	s, sink, token := posting(t)
	const id = closedMonth + "%2Faozora-main"
	hand := map[string]any{"to": []string{"keiri@aozora.example"}, "link_days": 30}
	s.good(token, http.MethodPost, "/invoices/"+id+"/hand-over", hand)
	if text := sink.wait(t, 1)[0].plain(t); !strings.Contains(text, s.Origin()+"/d/") {
		t.Errorf("there is no link in\n%s", text)
	}
	if routes := s.good(token, http.MethodGet, "/handover/routes", nil); !strings.Contains(string(routes.body), `"total":0`) {
		t.Errorf("a route for one document is listed: %s", routes)
	}
	made := s.good(token, http.MethodPost, "/invoices/"+id+"/links", map[string]any{"uses": 2})
	address, _ := strings.CutPrefix(textAt(t, made.body, "address"), s.Origin())
	page := s.ask("", http.MethodGet, address, nil)
	text := string(page.body)
	if page.status != http.StatusOK || !strings.Contains(text, "Akatsuki Cloud") || !strings.Contains(text, `value="pdf"`) || strings.Contains(text, "JPY") {
		t.Errorf("the page is %s", page)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"} {
		if got := page.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for range 2 {
		file := s.ask("", http.MethodGet, address+"?download=pdf", nil)
		if !bytes.HasPrefix(file.body, []byte("%PDF")) || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("the file is %d %.80q", file.status, file.body)
		}
	}
	used := s.ask("", http.MethodGet, address, nil)
	unknown := s.ask("", http.MethodGet, "/d/"+strings.Repeat("A", 43), nil)
	taken := s.good(token, http.MethodPost, "/invoices/"+id+"/links", map[string]any{})
	gone, _ := strings.CutPrefix(textAt(t, taken.body, "address"), s.Origin())
	s.good(token, http.MethodDelete, "/links/"+textAt(t, taken.body, "link", "id"), nil)
	revoked := s.ask("", http.MethodGet, gone+"?download=pdf", nil)
	for _, other := range []reaction{used, revoked} {
		if unknown.status != http.StatusNotFound || other.status != unknown.status || withoutNonce(other) != withoutNonce(unknown) {
			t.Errorf("a link that ended is answered %s, and one that never was %s", other, unknown)
		}
	}
	if list := s.good(token, http.MethodGet, "/invoices/"+id+"/links", nil); strings.Contains(string(list.body), address[3:]) || !strings.Contains(string(list.body), `"uses":2`) {
		t.Errorf("the links are %s", list)
	}
	many := 0
	for range linksAtOnce + 20 {
		if s.ask("", http.MethodGet, "/d/guess", nil).status == http.StatusTooManyRequests {
			many++
		}
	}
	if many == 0 {
		t.Error("nobody bounds who guesses links")
	}
}

// withoutNonce is a page without what is another one each time.
func withoutNonce(a reaction) string {
	before, rest, _ := strings.Cut(string(a.body), `nonce="`)
	_, after, _ := strings.Cut(rest, `"`)
	return before + after
}

// Letters are the seller's own words where it has some, and a password is never shown.
func TestLettersAndMailServer(t *testing.T) {
	s, sink, token := posting(t)
	s.good(token, http.MethodPut, "/letters/invoice/en", map[string]any{"subject": "Bill {number}", "body": "Dear {customer}\n\nTotal {total}"})
	if bad := s.ask(token, http.MethodPut, api.Base+"/letters/invoice/en", map[string]any{"subject": "x", "body": "{reminder}"}); bad.problem() != "invalid" {
		t.Errorf("a text with a field that it cannot have: %s", bad)
	}
	seen := s.good(token, http.MethodPost, "/letters/preview", map[string]any{"kind": "invoice", "language": "en", "invoice": closedMonth + "/aozora-main"})
	if got := textAt(t, seen.body, "subject"); !strings.HasPrefix(got, "Bill ") || strings.Contains(got, "{") {
		t.Errorf("the subject is %q", got)
	}
	s.good(token, http.MethodDelete, "/letters/invoice/en", nil)
	saved := s.good(token, http.MethodPut, "/mail/server", map[string]any{"host": "127.0.0.1", "port": sink.port, "security": "none", "user": "u", "password": "hunter-2"})
	if shown := s.good(token, http.MethodGet, "/mail/server", nil); strings.Contains(string(saved.body)+string(shown.body), "hunter-2") || !strings.Contains(string(shown.body), `"has_password":true`) {
		t.Errorf("the mail server is %s", shown)
	}
	if elsewhere := s.ask(token, http.MethodPut, api.Base+"/mail/server", map[string]any{"host": "localhost", "security": "none", "user": "u"}); elsewhere.problem() != "invalid" {
		t.Errorf("a password goes to another server: %s", elsewhere)
	}
	s.good(token, http.MethodPut, "/mail/server", map[string]any{"host": "127.0.0.1", "port": sink.port, "security": "none"})
	if tried := s.good(token, http.MethodPost, "/mail/test", map[string]any{"to": "ann@example.com"}); !strings.Contains(string(tried.body), `"good":true`) || len(sink.all()) != 1 {
		t.Errorf("the test says %s", tried)
	}
}
