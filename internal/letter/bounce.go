package letter

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// Bounce is what a mail server says about a message that it took and could not
// deliver (RFC 3464). Anybody can send one: it counts only where the message was sent
// by us, to that recipient.
type Bounce struct {
	MessageID  string // of the message that was sent, without its brackets; empty where the report does not say
	Recipients []Bounced
}

// Bounced is what became of a message for one recipient, after a server had taken it.
type Bounced struct {
	Address    string
	Action     Action
	Status     string // RFC 3463, such as 5.1.1; 5… is for good, 4… for now
	Diagnostic string // words of the server that refused, one line
}

// Action is what a server did about a recipient.
type Action string

// The actions of RFC 3464, section 2.3.3.
const (
	Failed    Action = "failed"
	Delayed   Action = "delayed" // it goes on trying
	Delivered Action = "delivered"
	Relayed   Action = "relayed"  // to a server that gives no reports
	Expanded  Action = "expanded" // to the members of a list
)

var actions = []Action{Failed, Delayed, Delivered, Relayed, Expanded}

// ErrNoBounce says that a message is no report of a mail server on the delivery of
// another one: an answer of a person, a note of absence, advertising.
var ErrNoBounce = errors.New("the message is no report on the delivery of another one")

const (
	mostBounce     = 30 << 20 // bytes: a report can hold the message
	mostReport     = 256 << 10
	mostHeaders    = 256 << 10 // bytes of the headers of the message that was sent
	mostReported   = 1000      // recipients
	mostParts      = 20
	mostDiagnostic = 500 // characters
)

// ReadBounce reads a message that came to the address for bounces. What is no report
// is ErrNoBounce; another error says why a report cannot be read.
func ReadBounce(raw io.Reader) (Bounce, error) {
	m, err := mail.ReadMessage(bufio.NewReader(io.LimitReader(raw, mostBounce)))
	if err != nil {
		return Bounce{}, ErrNoBounce
	}
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(parameters["report-type"], "delivery-status") || parameters["boundary"] == "" {
		return Bounce{}, ErrNoBounce
	}
	var b Bounce
	parts := multipart.NewReader(m.Body, parameters["boundary"])
	for range mostParts {
		part, err := parts.NextRawPart()
		if err != nil {
			break // its end, or it was cut: what was read of it counts
		}
		if err := b.read(part); err != nil {
			return Bounce{}, err
		}
	}
	if len(b.Recipients) == 0 {
		return Bounce{}, errors.New("the report on a delivery names no recipient with what became of the message")
	}
	if b.MessageID == "" {
		b.MessageID = answeredID(m.Header)
	}
	return b, nil
}

// read takes what there is in one part of a report.
func (b *Bounce) read(part *multipart.Part) error {
	kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
	switch kind {
	case "message/delivery-status", "message/global-delivery-status":
		text, err := io.ReadAll(io.LimitReader(decoded(part), mostReport))
		if err != nil && len(text) == 0 {
			return fmt.Errorf("the report on a delivery cannot be read: %w", err)
		}
		b.readReport(text)
	case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
		if b.MessageID == "" {
			b.MessageID = idOf(firstBlock(decoded(part)).Get("Message-Id"))
		}
	}
	return nil
}

// decoded is a part's body without its transfer encoding.
func decoded(part *multipart.Part) io.Reader {
	switch strings.ToLower(strings.TrimSpace(part.Header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, part)
	case "quoted-printable":
		return quotedprintable.NewReader(part)
	}
	return part
}

// firstBlock reads headers up to the first empty line; what cannot be read of them is
// as if it were not there.
func firstBlock(r io.Reader) textproto.MIMEHeader {
	header, _ := textproto.NewReader(bufio.NewReader(io.LimitReader(r, mostHeaders))).ReadMIMEHeader()
	return header
}

// readReport reads the blocks of fields: the first is on the message, each further one
// on a recipient.
func (b *Bounce) readReport(text []byte) {
	r := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(bytes.TrimLeft(text, "\r\n")), strings.NewReader("\r\n\r\n"))))
	for range 2 * mostReported { // some servers put empty lines between
		block, err := r.ReadMIMEHeader()
		if reported, is := recipientOf(block); is && len(b.Recipients) < mostReported {
			b.Recipients = append(b.Recipients, reported)
		}
		if err != nil {
			return
		}
	}
}

var statusCode = regexp.MustCompile(`\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b`)

// recipientOf reads the fields of one recipient; false where they are not such.
func recipientOf(block textproto.MIMEHeader) (Bounced, bool) {
	address := typed(block.Get("Original-Recipient"))
	if !isAddress(address) {
		address = typed(block.Get("Final-Recipient"))
	}
	if !isAddress(address) {
		return Bounced{}, false
	}
	action := Action(strings.ToLower(strings.TrimSpace(block.Get("Action"))))
	for _, known := range actions {
		if action == known {
			return Bounced{
				Address: address, Action: action, Status: statusCode.FindString(block.Get("Status")),
				Diagnostic: shortened(typed(block.Get("Diagnostic-Code"))),
			}, true
		}
	}
	return Bounced{}, false
}

// typed is the value of a field that says its type first, such as "rfc822; a@b.c".
func typed(field string) string {
	kind, value, is := strings.Cut(field, ";")
	if !is || strings.ContainsAny(strings.TrimSpace(kind), " @") {
		value = field
	}
	return strings.Trim(oneLine(value), "<> ")
}

func isAddress(text string) bool { return checkAddress("", mail.Address{Address: text}) == nil }

func shortened(text string) string {
	if letters := []rune(text); len(letters) > mostDiagnostic {
		return string(letters[:mostDiagnostic]) + "…"
	}
	return text
}

// answeredID is the id of the message that a report answers, of servers that return
// nothing of the message itself.
func answeredID(h mail.Header) string {
	if id := idOf(h.Get("In-Reply-To")); id != "" {
		return id
	}
	return idOf(h.Get("References"))
}

var messageID = regexp.MustCompile(`<([!-;=?-~]{1,250}@[!-;=?-~]{1,250})>`)

// idOf is the first id in a field, without its brackets.
func idOf(field string) string {
	if found := messageID.FindStringSubmatch(field); found != nil {
		return found[1]
	}
	return ""
}
