package letter

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"slices"
	"strconv"
	"strings"
)

// State is what became of a message, or of it for one recipient.
type State string

const (
	Taken   State = "taken"   // the mail server has it and will try to deliver it
	Later   State = "later"   // not now: send it again
	Refused State = "refused" // never: sending it again would end the same way
)

// Recipient is what became of a message for one recipient.
type Recipient struct {
	Address string
	State   State
	Words   string // of the mail server, or why it was not asked; one line
}

// Outcome is what became of a message. The mail server was told of each recipient by
// itself: some can be taken while others are not.
type Outcome struct {
	Recipients []Recipient
	Receipt    string // what the server said when it took the message; its name for it is in there
}

// State is later where the message has to be sent to somebody again; else refused
// where somebody never gets it, else taken.
func (o Outcome) State() State {
	state := Taken
	for _, r := range o.Recipients {
		if r.State == Later {
			return Later
		}
		if r.State == Refused {
			state = Refused
		}
	}
	return state
}

// In returns the addresses for which the message is in a state: those that are later
// are to be sent to again, and no others.
func (o Outcome) In(state State) (addresses []string) {
	for _, r := range o.Recipients {
		if r.State == state {
			addresses = append(addresses, r.Address)
		}
	}
	return addresses
}

// Problem says in one line who did not get the message and why; it is empty where all
// got it.
func (o Outcome) Problem() string {
	missed := slices.DeleteFunc(slices.Clone(o.Recipients), func(r Recipient) bool { return r.State == Taken })
	if len(missed) == 0 {
		return ""
	}
	first := missed[0].Words
	if len(missed) == len(o.Recipients) && !slices.ContainsFunc(missed, func(r Recipient) bool { return r.Words != first }) {
		return first // the same for all
	}
	var parts []string
	for _, r := range missed {
		parts = append(parts, r.Address+": "+r.Words)
	}
	return strings.Join(parts, "; ")
}

// Send sends a mail. It returns when the server has said about each recipient whether
// it takes the message, or when that is not to be had; a message whose connection
// breaks after it was sent counts as later, since nobody knows.
func (s Server) Send(ctx context.Context, m Mail) Outcome {
	o := Outcome{}
	for _, to := range m.To {
		o.Recipients = append(o.Recipients, Recipient{to, Later, ""})
	}
	c, err := s.connect(ctx, domainOf(m.From))
	if err != nil {
		o.set(Later, Later, s.words(err)) // the settings or the server, whatever it says: not the letter
		return o
	}
	s.deliver(c, m, &o)
	if o.State() == Later {
		c.drop()
	} else {
		c.close()
	}
	return o
}

// deliver hands the message to a server that is ready.
func (s Server) deliver(c *connection, m Mail, o *Outcome) {
	if _, size := c.smtp.Extension("SIZE"); size != "" {
		if most, err := strconv.ParseInt(size, 10, 64); err == nil && most > 0 && int64(len(m.Raw)) > most {
			o.set(Later, Refused, fmt.Sprintf("the mail server takes messages of %d bytes at most, and this one has %d; send links instead of attachments", most, len(m.Raw)))
			return
		}
	}
	if err := c.smtp.Mail("<" + m.From + ">"); err != nil {
		o.set(Later, stateOf(err), s.words(err))
		return
	}
	for i, to := range m.To {
		err := c.smtp.Rcpt("<" + to + ">")
		if err == nil {
			o.Recipients[i].State = Taken // for now: the message is still to come
			continue
		}
		o.Recipients[i] = Recipient{to, stateOf(err), s.words(err)}
		if !answered(err) {
			o.set(Taken, Later, s.words(err))
			o.set(Later, Later, s.words(err))
			return
		}
	}
	if len(o.In(Taken)) == 0 {
		return
	}
	receipt, err := c.write(m.Raw)
	if err != nil {
		o.set(Taken, stateOf(err), s.words(err))
		return
	}
	o.Receipt = s.clean(receipt)
}

// write sends the message itself and returns what the server says to it.
func (c *connection) write(raw []byte) (receipt string, err error) {
	data, err := c.smtp.Data()
	if err != nil {
		return "", err
	}
	if _, err := data.Write(raw); err != nil {
		return "", err // without its end, which would make half a message a whole one
	}
	if err := data.Close(); err != nil {
		return "", err
	}
	if said, is := data.(interface{ ServerResponse() string }); is {
		receipt = said.ServerResponse()
	}
	return receipt, nil
}

// set puts those that are in one state into another one, each that has no words yet
// with these.
func (o *Outcome) set(from, to State, words string) {
	for i := range o.Recipients {
		if r := &o.Recipients[i]; r.State == from && r.Words == "" {
			r.State, r.Words = to, words
		}
	}
}

// answered tells whether the server said it, and not the network.
func answered(err error) bool {
	var said *textproto.Error
	return errors.As(err, &said)
}

// stateOf is what a refusal means: 5yz is for good, all else for now.
func stateOf(err error) State {
	var said *textproto.Error
	if errors.As(err, &said) && said.Code >= 500 && said.Code <= 599 {
		return Refused
	}
	return Later
}

// words are what an error says to a person, in one line and without the password.
func (s Server) words(err error) string {
	var said *textproto.Error
	var network net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &said):
		// The words themselves: textproto writes them as Go does a string.
		return s.clean(strings.Replace(err.Error(), said.Error(), fmt.Sprintf("%d %s", said.Code, said.Msg), 1))
	case errors.Is(err, context.Canceled):
		return "it was interrupted"
	case errors.As(err, &certificate):
		return s.clean("the certificate of the mail server " + s.Host + " is not valid: " + certificate.Err.Error())
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "the mail server " + s.Host + " gave no answer in time"
	}
	return s.clean(err.Error())
}

// mostWords is how much of a server's words is kept, in characters.
const mostWords = 300

// clean makes words of a server fit for a log: one line, not too long, and without the
// password, should the server repeat it.
func (s Server) clean(text string) string {
	if !s.Password.IsZero() {
		plain := s.Password.Reveal()
		encode := base64.StdEncoding.EncodeToString
		for _, hidden := range []string{plain, encode([]byte(plain)), encode([]byte("\x00" + s.User + "\x00" + plain))} {
			text = strings.ReplaceAll(text, hidden, s.Password.String())
		}
	}
	letters := []rune(oneLine(text))
	if len(letters) > mostWords {
		letters = append(slices.Clip(letters[:mostWords]), '…')
	}
	return string(letters)
}
