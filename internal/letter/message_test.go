package letter

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/secret"
)

func message() Message {
	return Message{
		ID: "01K9ZX", At: time.Date(2026, 11, 2, 9, 0, 0, 0, time.FixedZone("JST", 9*60*60)),
		From: mail.Address{Name: "株式会社あかつき 請求担当", Address: "billing@akatsuki.example"}, ReplyTo: "help@akatsuki.example",
		To: []string{"Ann Smith <ann@acme.example>", "bob@acme.example"}, Cc: []string{"BOB@acme.example", "cy@acme.example"}, Bcc: []string{"archive@akatsuki.example"},
		Subject: "【あかつき】2026年10月分 御請求書送付のご案内（INV-2026-000017）", Plain: "御中\n\n.\nFrom here\n", HTML: "<p>御中</p>\n", Language: "ja",
		Attachments: []Attachment{
			{"請求書_2026年10月_株式会社アクメ・インターナショナル・ホールディングス.pdf", "application/pdf", bytes.Repeat([]byte("%PDF\x00\xff"), 1000)},
			{`invoice (1).csv`, "text/csv; charset=utf-8", []byte("a,b\n")},
		},
	}
}

// part is one of a message that has no further ones within it.
type part struct{ kind, file, text string }

// parts reads a message as the standard library does: by its headers, down to the parts.
func parts(t *testing.T, header func(string) string, body io.Reader) (all []part) {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(header("Content-Type"))
	ok(t, err)
	if strings.HasPrefix(kind, "multipart/") {
		r := multipart.NewReader(body, parameters["boundary"])
		for {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return all
			}
			ok(t, err)
			all = append(all, parts(t, p.Header.Get, p)...)
		}
	}
	switch header("Content-Transfer-Encoding") {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	ok(t, err)
	_, disposition, _ := mime.ParseMediaType(header("Content-Disposition"))
	return []part{{kind, disposition["filename"], string(text)}}
}

func written(t *testing.T, m Message) (Mail, *mail.Message) {
	t.Helper()
	w, err := m.Write()
	ok(t, err)
	read, err := mail.ReadMessage(bytes.NewReader(w.Raw))
	ok(t, err)
	return w, read
}

// What is written is read back by the standard library as it was meant.
func TestMessage(t *testing.T) {
	m := message()
	w, read := written(t, m)
	if fmt.Sprint(w.To) != "[ann@acme.example bob@acme.example cy@acme.example archive@akatsuki.example]" || w.From != "billing@akatsuki.example" {
		t.Errorf("goes from %s to %v", w.From, w.To)
	}
	words := new(mime.WordDecoder)
	subject, err := words.DecodeHeader(read.Header.Get("Subject"))
	ok(t, err)
	from, err := read.Header.AddressList("From")
	ok(t, err)
	if subject != m.Subject || len(from) != 1 || *from[0] != m.From {
		t.Errorf("subject %q, from %v", subject, from)
	}
	date, err := read.Header.Date()
	ok(t, err)
	if !date.Equal(m.At) {
		t.Errorf("date %v", date)
	}
	for name, want := range map[string]string{
		"To": `"Ann Smith" <ann@acme.example>, <bob@acme.example>`, "Cc": "<cy@acme.example>", "Reply-To": "<help@akatsuki.example>", "Bcc": "",
		"Message-Id": "<01K9ZX@akatsuki.example>", "Auto-Submitted": "auto-generated", "Content-Language": "ja", "Mime-Version": "1.0",
		"User-Agent": "", "X-Mailer": "", "List-Unsubscribe": "",
	} {
		if got := read.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	got := parts(t, read.Header.Get, read.Body)
	want := []part{
		{"text/plain", "", "御中\r\n\r\n.\r\nFrom here\r\n"}, {"text/html", "", "<p>御中</p>\r\n"},
		{"application/pdf", m.Attachments[0].Name, string(m.Attachments[0].Data)}, {"text/csv", "invoice (1).csv", "a,b\n"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("parts\n%.300q\nwant\n%.300q", got, want)
	}
	for i, line := range strings.Split(string(w.Raw), "\r\n") {
		if len(line) > 998 || i < 40 && len(line) > 78 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("line %d has %d bytes: %.100q", i, len(line), line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
			t.Errorf("line %d is not ASCII: %.100q", i, line)
		}
	}
}

func TestMessagesThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Message)
		want   string
	}{
		"nobody":       {func(m *Message) { m.To, m.Cc, m.Bcc = nil, nil, nil }, "goes to nobody"},
		"no address":   {func(m *Message) { m.To = []string{"acme.example"} }, `to: "acme.example" is no address such as`},
		"second":       {func(m *Message) { m.Cc = []string{"a@b.example\r\nBcc: x@y.example"} }, "cc: an address has characters that cannot be printed"},
		"list":         {func(m *Message) { m.Cc = []string{"a@b.example, c@d.example"} }, "cc: "},
		"quoted":       {func(m *Message) { m.Cc = []string{`"a> RCPT"@b.example`} }, "not all mail servers take"},
		"other script": {func(m *Message) { m.Cc = []string{"a@請求.example"} }, "xn--"},
		"many": {func(m *Message) {
			for i := range 51 {
				m.Bcc = append(m.Bcc, fmt.Sprintf("n%d@acme.example", i))
			}
		}, "it can go to 50"},
		"from":       {func(m *Message) { m.From.Address = "x" }, "from: "},
		"from name":  {func(m *Message) { m.From.Name = "x\r\nBcc: y" }, "cannot be printed"},
		"reply":      {func(m *Message) { m.ReplyTo = "x\r\n@y" }, "reply-to: "},
		"bounces":    {func(m *Message) { m.Bounces = "x> <y@z" }, "bounces: "},
		"subject":    {func(m *Message) { m.Subject = "a\nBcc: b" }, "subject must be one line"},
		"no subject": {func(m *Message) { m.Subject = "" }, "subject must be one line"},
		"text":       {func(m *Message) { m.Plain = "" }, "no text"},
		"id":         {func(m *Message) { m.ID = "a@b>\r\nX" }, "letters, digits"},
		"date":       {func(m *Message) { m.At = time.Time{} }, "no date"},
		"path":       {func(m *Message) { m.Attachments[0].Name = "../x" }, "no file should have"},
		"file name":  {func(m *Message) { m.Attachments[0].Name = "x\r\nY: z" }, "no file should have"},
		"unnamed":    {func(m *Message) { m.Attachments[0].Name = "" }, "1 to 255"},
		"media type": {func(m *Message) { m.Attachments[0].MediaType = "a/b\r\nX: y" }, "no media type such as"},
		"nested":     {func(m *Message) { m.Attachments[0].MediaType = "multipart/mixed" }, "no media type such as"},
	} {
		m := message()
		test.change(&m)
		if _, err := m.Write(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMessageIsTooLarge(t *testing.T) {
	m := message()
	m.Attachments = []Attachment{{"x.bin", "application/octet-stream", make([]byte, 750_000)}}
	for most, want := range map[int64]bool{500_000: false, 1_000_000: false, 1_050_000: true} { // base64 makes 4 of 3 bytes, and lines
		m.Most = most
		var large *TooLargeError
		if _, err := m.Write(); err == nil != want || err != nil && (!errors.As(err, &large) || large.Most != most) {
			t.Errorf("750 kB of %d: %v", most, err)
		}
	}
}

// Whatever is in names, subjects and addresses: no header appears that the message does
// not have, and what is written is read back as it was.
func TestNoHeaderIsInjected(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-zA-Zäあ請\r\n\t:<>@",;=? \x00-\x1f]{0,40}`), rapid.SampledFrom([]string{"a\r\nBcc: x@y.z", "=?utf-8?q?=0D=0ABcc:?=", "\"\r\n\r\nbody"}))
	wanted := map[string]bool{
		"Date": true, "Message-Id": true, "From": true, "To": true, "Cc": true, "Reply-To": true, "Subject": true, "Auto-Submitted": true,
		"X-Auto-Response-Suppress": true, "Content-Language": true, "Mime-Version": true, "Content-Type": true, "Content-Transfer-Encoding": true,
	}
	plain := message()
	rapid.Check(t, func(t *rapid.T) {
		m := plain
		m.From.Name, m.Subject, m.Language = text.Draw(t, "name"), text.Draw(t, "subject"), text.Draw(t, "language")
		m.ID, m.ReplyTo = text.Draw(t, "id"), text.Draw(t, "reply")
		if rapid.Bool().Draw(t, "fit") {
			m.ID, m.ReplyTo, m.Subject, m.From.Name = "1", "", oneLine("x "+m.Subject), oneLine(m.From.Name)
		}
		m.To = []string{rapid.OneOf(text, rapid.Just("a@b.example")).Draw(t, "to")}
		m.Attachments = []Attachment{{rapid.OneOf(text, rapid.Just("x.pdf")).Draw(t, "file"), "application/pdf", []byte("x")}}
		w, err := m.Write()
		if err != nil {
			return
		}
		read, err := mail.ReadMessage(bytes.NewReader(w.Raw))
		if err != nil {
			t.Fatal(err)
		}
		for name, values := range read.Header {
			if !wanted[name] || len(values) != 1 {
				t.Errorf("header %s: %q", name, values)
			}
		}
		if subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject")); err != nil || oneLine(subject) != m.Subject && !strings.Contains(m.Subject, "=?") {
			t.Errorf("the subject %q is read as %q: %v", m.Subject, subject, err)
		}
		for _, to := range w.To {
			if strings.ContainsAny(to, " <>\r\n") {
				t.Errorf("the mail server is told %q", to)
			}
		}
	})
}

// Names of files in all scripts and lengths are read back by the standard library.
func TestFileNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-zäあ請 '%*()=\p{Han}]{1,60}\.pdf`).Draw(t, "name")
		if (Attachment{Name: name, MediaType: "application/pdf"}).check() != nil {
			return
		}
		_, parameters, err := mime.ParseMediaType(strings.ReplaceAll("attachment;"+fileName(name), "\r\n", ""))
		if err != nil || parameters["filename"] != name {
			t.Errorf("%q is read as %q: %v", name, parameters["filename"], err)
		}
	})
}

// newKey makes a key and what the DNS says of it (RFC 6376, RFC 8463).
func newKey(t *testing.T, algorithm string) (private secret.Text, record string) {
	t.Helper()
	var key any
	if algorithm == "rsa" {
		made, err := rsa.GenerateKey(rand.Reader, 2048)
		ok(t, err)
		public, err := x509.MarshalPKIXPublicKey(made.Public())
		ok(t, err)
		key, record = made, "v=DKIM1; k=rsa; p="+base64.StdEncoding.EncodeToString(public)
	} else {
		public, made, err := ed25519.GenerateKey(rand.Reader)
		ok(t, err)
		key, record = made, "v=DKIM1; k=ed25519; p="+base64.StdEncoding.EncodeToString(public)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	ok(t, err)
	return secret.TextOf(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))), record
}

// Another implementation of DKIM verifies what ours signs, and sees what was changed.
func TestSignedMessages(t *testing.T) {
	for _, algorithm := range []string{"rsa", "ed25519"} {
		private, record := newKey(t, algorithm)
		m := message()
		m.Key = &Key{"akatsuki.example", "mail2026", private}
		w, _ := written(t, m)
		verify := func(raw []byte) error {
			t.Helper()
			found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(domain string) ([]string, error) {
				if domain != "mail2026._domainkey.akatsuki.example" {
					t.Errorf("the key of %s is asked for", domain)
				}
				return []string{record}, nil
			}})
			ok(t, err)
			if len(found) != 1 || found[0].Domain != "akatsuki.example" {
				t.Fatalf("signatures: %+v", found)
			}
			return found[0].Err
		}
		if err := verify(w.Raw); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
		for name, change := range map[string][2]string{
			"a copy for another": {"\r\nCc: ", "\r\nX-Cc: "}, "the subject": {"\r\nSubject:", "\r\nSubject: x"}, "a second sender": {"\r\nFrom:", "\r\nFrom: <x@evil.example>\r\nFrom:"},
			"what it holds": {"application/pdf", "application/xxx"},
		} {
			changed := bytes.Replace(w.Raw, []byte(change[0]), []byte(change[1]), 1)
			if bytes.Equal(changed, w.Raw) || verify(changed) == nil {
				t.Errorf("%s: it is not seen that %s was changed", algorithm, name)
			}
		}
		again, err := m.Write()
		ok(t, err)
		if again.MessageID != w.MessageID {
			t.Error("a message that is written again has another id")
		}
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	private, _ := newKey(t, "ed25519")
	for name, test := range map[string]struct {
		key  Key
		want string
	}{
		"domain":   {Key{"akatsuki", "s", private}, "is no name such as example.com"},
		"inject":   {Key{"akatsuki.example; x=1", "s", private}, "is no name such as example.com"},
		"selector": {Key{"akatsuki.example", "", private}, "is no name such as mail2026"},
		"other":    {Key{"kita.example", "s", private}, "the signing key is of kita.example, and the sender is billing@akatsuki.example"},
		"part":     {Key{"tsuki.example", "s", private}, "the signing key is of tsuki.example"},
		"key":      {Key{"akatsuki.example", "s", secret.TextOf("-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----\n")}, "cannot be read"},
	} {
		m := message()
		m.Key = &test.key
		if _, err := m.Write(); err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "U0VD") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
