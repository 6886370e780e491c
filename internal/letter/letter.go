// Package letter writes what goes out by mail and sends it: the texts of letters in
// the customers' languages, messages as mail servers want them, their way to a mail
// server, and what comes back of those that nobody took.
//
// A letter of a kind is a template with its fields filled in (Compose), which makes a
// Message. A Message with recipients and an id becomes a Mail, which is bytes and
// addresses, and a Server sends that. When, to whom and how often is not decided
// here.
package letter

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/brand"
)

// Kind is what a letter is about.
type Kind string

// The kinds of letters.
const (
	Invoice    Kind = "invoice"
	CreditNote Kind = "credit-note"
	DebitNote  Kind = "debit-note"
	Reminder   Kind = "reminder"  // of an overdue document; its words are those of invoice.Reminder
	Statement  Kind = "statement" // of account
	Data       Kind = "data"      // a data set, such as FOCUS of a month
	Report     Kind = "report"    // of a schedule, for people of the seller's own
	Invitation Kind = "invitation"
	Test       Kind = "test" // shows that mail arrives
)

// Kinds are all kinds, in the order in which they are shown.
var Kinds = []Kind{Invoice, CreditNote, DebitNote, Reminder, Statement, Data, Report, Invitation, Test}

// Letter is what is to be written to somebody.
type Letter struct {
	Kind     Kind
	Language string // BCP 47; of one that has no text it is English
	Fields   Fields
	// Link is where the reader gets what is not attached; empty where there is none.
	Link string
	// Expires is when Link ends, written in its zone.
	Expires     time.Time
	Attachments []Attachment
}

// Compose writes a letter in a seller's name: with the seller's own text of its kind
// and language where there is one, else the one that comes with Sluice. The message
// lacks id, time and recipients. It is an error where a text names a field that its
// kind does not have, where the link is none that can be sent, and where the brand has
// no address to send from.
func Compose(l Letter, own Own, b brand.Brand) (Message, error) {
	if b.Sender.Address == "" {
		return Message{}, fmt.Errorf("the brand of %s has no address to send mail from; set mail_sender.address", b.Organization)
	}
	if err := checkLink(l.Link); err != nil {
		return Message{}, err
	}
	t, err := own.find(l.Kind, l.Language)
	if err != nil {
		return Message{}, err
	}
	subject, body, err := t.fill(l.Kind, l.values(b))
	if err != nil {
		return Message{}, fmt.Errorf("the letter %s in %s: %w", l.Kind, l.Language, err)
	}
	m := Message{
		From: mail.Address{Name: senderName(b), Address: b.Sender.Address}, ReplyTo: b.Support.Email,
		Subject: subject, Plain: body + signature(b), HTML: page{l.Language, subject, body, l.Link, b}.html(),
		Language: l.Language, Attachments: l.Attachments,
	}
	return m, nil
}

func senderName(b brand.Brand) string {
	if b.Sender.Name != "" {
		return b.Sender.Name
	}
	return b.Name
}

// signature is what stands below a plain letter: the brand's footer behind the mark
// by which mail programs know it.
func signature(b brand.Brand) string {
	if b.Footer == "" {
		return ""
	}
	return "\n-- \n" + b.Footer + "\n"
}

// values are the letter's fields with those that every letter has.
func (l Letter) values(b brand.Brand) Fields {
	all := Fields{"seller": b.Name, "support": supportOf(b)}
	for name, value := range l.Fields {
		all[name] = value
	}
	var names []string
	for _, a := range l.Attachments {
		names = append(names, a.Name)
	}
	all["attachments"] = strings.Join(names, ", ")
	if l.Link != "" {
		all["link"] = l.Link
		all["link_expires"] = moment(l.Expires, l.Language)
	}
	return all
}

// supportOf is whom customers ask: an address of mail, else a page, else a phone.
func supportOf(b brand.Brand) string {
	ways := []string{b.Support.Email, b.Support.URL, b.Support.Phone}
	if i := slices.IndexFunc(ways, func(way string) bool { return way != "" }); i >= 0 {
		return ways[i]
	}
	return ""
}
