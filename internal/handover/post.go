package handover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/letter"
)

// Post writes and sends the messages of hand-overs. All its functions must be there.
type Post struct {
	// Sender is whose mail a seller's letters are: brand, own texts, mail server and
	// signing key.
	Sender func(ctx context.Context, owner string) (Sender, error)
	// Fields are those of the letter that package letter does not know by itself, and
	// its language.
	Fields func(ctx context.Context, m Mail) (fields letter.Fields, language string, err error)
}

// Sender is by whom and how mail goes.
type Sender struct {
	Brand   brand.Brand
	Own     letter.Own
	Server  letter.Server
	Key     *letter.Key // nil where the mail server signs, or nobody
	Bounces string      // where mail servers send what cannot be delivered; empty is the sender
	Most    int64       // bytes of a message; 0 is letter.DefaultMost
}

// Send writes a message and gives it to the mail server, for those who do not have it
// yet. The receipt says who has it also where it is an error.
func (p Post) Send(ctx context.Context, m Mail) (Receipt, error) {
	r := Receipt{Taken: m.Taken}
	sender, err := p.Sender(ctx, m.Owner)
	if err != nil {
		return r, err
	}
	fields, language, err := p.Fields(ctx, m)
	if err != nil {
		return r, err
	}
	l := letter.Letter{Kind: m.Letter, Language: language, Fields: fields, Link: m.Link, Expires: m.Expires}
	for _, f := range m.Files {
		l.Attachments = append(l.Attachments, letter.Attachment{Name: f.Name, MediaType: f.MediaType, Data: f.Data})
	}
	message, err := letter.Compose(l, sender.Own, sender.Brand)
	if err != nil {
		return r, &FinalError{err}
	}
	message.ID, message.At, message.To, message.Cc = m.Key, m.At, m.To, m.Cc
	message.Bounces, message.Most, message.Key = sender.Bounces, sender.Most, sender.Key
	mail, err := message.Write()
	if err != nil {
		return r, &FinalError{err}
	}
	r.MessageID = mail.MessageID
	left := slices.DeleteFunc(slices.Clone(mail.To), func(a string) bool { return slices.Contains(m.Taken, a) })
	if len(left) == 0 {
		return r, nil
	}
	o := sender.Server.Send(ctx, mail.Only(left))
	r.Taken = append(slices.Clone(m.Taken), o.In(letter.Taken)...)
	refused := make([]error, 0, 2)
	for _, x := range o.Recipients {
		if x.State != letter.Taken {
			refused = append(refused, fmt.Errorf("%s: %s", x.Address, x.Words))
		}
	}
	switch o.State() {
	case letter.Taken:
		r.Detail = strings.Join(r.Taken, ", ")
		return r, nil
	case letter.Later:
		return r, errors.Join(refused...)
	default:
		return r, &FinalError{errors.Join(refused...)}
	}
}
