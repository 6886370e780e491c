package letter

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Message is a letter with those it goes to.
type Message struct {
	// ID names the message for good, such as the id of its row in the outbox. The
	// Message-ID is made of it, so that a message that is sent again is known to be the
	// same. Letters, digits and . _ - only; nobody should be able to guess it, since
	// bounces name it.
	ID   string
	At   time.Time // its date: when it was written, the same each time it is sent
	From mail.Address
	// Bounces is where mail servers send what cannot be delivered; From where it is
	// empty.
	Bounces string
	ReplyTo string // empty is From
	To      []string
	Cc      []string
	Bcc     []string // nobody else sees them

	Subject  string
	Plain    string
	HTML     string // the same words; empty for a message that is plain only
	Language string // BCP 47

	Attachments []Attachment
	// Most is how large the message may be, in bytes as sent; 0 is DefaultMost.
	Most int64
	Key  *Key // signs the message; nil where the mail server does that, or nobody
}

// DefaultMost is how large a message may be where nothing else is said: what nearly
// all mailboxes take.
const DefaultMost = 10_000_000

// TooLargeError says that a message is larger than it may be. What it carries can be
// handed over by links.
type TooLargeError struct{ Bytes, Most int64 }

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the message with its attachments has %d bytes, and may have %d; send links instead of attachments", e.Bytes, e.Most)
}

// Mail is a message as it goes to a mail server.
type Mail struct {
	MessageID string // without its brackets; bounces name it
	From      string // whom mail servers tell what they cannot deliver
	To        []string
	Raw       []byte // headers and body, with lines as RFC 5322 wants them
}

// Only is the same mail for some of its recipients: those that were not taken when it
// was sent before.
func (m Mail) Only(recipients []string) Mail {
	m.To = slices.Clone(recipients)
	return m
}

// MessageID is the id by which mail programs and bounces know the message, without its
// brackets: in the domain of the sender.
func (m Message) MessageID() string { return m.ID + "@" + strings.ToLower(domainOf(m.From.Address)) }

// Write makes the mail. It is an error where an address, a name of a file or a header is
// none that can be sent, where nobody is to get it, and a *TooLargeError where it is too
// large. Recipients that are named twice get it once.
func (m Message) Write() (Mail, error) {
	recipients, err := m.check()
	if err != nil {
		return Mail{}, err
	}
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(m.encoding()))
	m.setHeaders(out, recipients)
	out.SetBodyString(gomail.TypeTextPlain, crlf(m.Plain))
	if m.HTML != "" {
		out.AddAlternativeString(gomail.TypeTextHTML, crlf(m.HTML))
	}
	for _, a := range m.Attachments {
		a.addTo(out)
	}
	var raw bytes.Buffer
	if _, err := out.WriteTo(&raw); err != nil {
		return Mail{}, fmt.Errorf("write the message: %w", err)
	}
	if most := m.most(); int64(raw.Len()) > most {
		return Mail{}, &TooLargeError{int64(raw.Len()), most}
	}
	ready := Mail{MessageID: m.MessageID(), From: cmp.Or(m.Bounces, m.From.Address), To: recipients.all, Raw: raw.Bytes()}
	if m.Key != nil {
		ready.Raw, err = m.Key.sign(ready.Raw, m.From.Address)
	}
	return ready, err
}

func (m Message) most() int64 { return cmp.Or(m.Most, DefaultMost) }

// recipients are those of a message: lists for its headers, and all that the mail
// server is told, each once.
type recipients struct {
	to, cc []*mail.Address
	all    []string
}

func (m Message) check() (r recipients, err error) {
	if m.ID == "" || len(m.ID) > 128 || strings.Trim(m.ID, ".") != m.ID || strings.ContainsFunc(m.ID, func(c rune) bool { return !isIDLetter(c) }) {
		return r, fmt.Errorf("the message has the id %q; it must be of letters, digits and . _ -", m.ID)
	}
	if m.At.IsZero() {
		return r, errors.New("the message has no date")
	}
	if err := checkAddress("from", m.From); err != nil {
		return r, err
	}
	for what, one := range map[string]string{"reply-to": m.ReplyTo, "bounces": m.Bounces} {
		if one != "" {
			if err := checkAddress(what, mail.Address{Address: one}); err != nil {
				return r, err
			}
		}
	}
	if m.Subject == "" || oneLine(m.Subject) != m.Subject || utf8.RuneCountInString(m.Subject) > mostSubject*4 {
		return r, errors.New("the message's subject must be one line")
	}
	if m.Plain == "" {
		return r, errors.New("the message has no text")
	}
	var size int64
	for _, a := range m.Attachments {
		if err := a.check(); err != nil {
			return r, err
		}
		size += int64(len(a.Data))
	}
	if size > m.most() {
		return r, &TooLargeError{size, m.most()} // without writing it first
	}
	return m.recipients()
}

func (m Message) recipients() (r recipients, err error) {
	seen := map[string]bool{}
	for _, list := range []struct {
		what  string
		texts []string
		shown *[]*mail.Address
	}{{"to", m.To, &r.to}, {"cc", m.Cc, &r.cc}, {"bcc", m.Bcc, nil}} {
		addresses, err := Addresses(list.what, list.texts)
		if err != nil {
			return r, err
		}
		for _, a := range addresses {
			if key := strings.ToLower(a.Address); !seen[key] {
				seen[key] = true
				r.all = append(r.all, a.Address)
				if list.shown != nil {
					*list.shown = append(*list.shown, &a)
				}
			}
		}
	}
	switch {
	case len(r.all) == 0:
		return r, errors.New("the message goes to nobody; name an address")
	case len(r.all) > MostRecipients:
		return r, fmt.Errorf("the message goes to %d addresses; it can go to %d", len(r.all), MostRecipients)
	}
	return r, nil
}

func (m Message) setHeaders(out *gomail.Msg, r recipients) {
	out.SetDateWithValue(m.At)
	out.SetMessageIDWithValue(m.MessageID())
	out.FromMailAddress(&m.From)
	if len(r.to) > 0 {
		out.ToMailAddress(r.to...)
	} else {
		out.SetGenHeaderPreformatted("To", "undisclosed-recipients:;")
	}
	if len(r.cc) > 0 {
		out.CcMailAddress(r.cc...)
	}
	if m.ReplyTo != "" {
		out.ReplyToMailAddress(&mail.Address{Address: m.ReplyTo})
	}
	out.Subject(m.Subject)
	// RFC 3834: so that no program answers, and none answers the answer. Exchange asks
	// for the second one.
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetGenHeader("X-Auto-Response-Suppress", "OOF, AutoReply")
	if m.Language != "" && oneLine(m.Language) == m.Language {
		out.SetGenHeader("Content-Language", m.Language)
	}
}

// encoding is the shorter one for the text: base64 where most of it is not ASCII.
func (m Message) encoding() gomail.Encoding {
	other := 0
	for _, c := range []byte(m.Subject + m.Plain) {
		if c >= 0x80 {
			other++
		}
	}
	if other*6 > len(m.Subject)+len(m.Plain) {
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}

func isIDLetter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("._-", c)
}

// crlf ends lines as mail does.
func crlf(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}
