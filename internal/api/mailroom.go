package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/mailroom"
	"github.com/sluice-billing/sluice/internal/store"
)

// What the operations of mail and hand-overs are about, for who calls them.
type (
	// LetterKind is what a letter is about.
	LetterKind = letter.Kind
	// LetterTemplate is a subject and a body, which name fields in braces.
	LetterTemplate = letter.Template
	// LetterText is what is written in a kind of letter, in a language.
	LetterText = mailroom.Text
	// MailServer is a mail server without its secrets.
	MailServer = mailroom.MailServer
	// HandoverRoute says what of a customer goes where, how and when.
	HandoverRoute = handover.Route
)

// HandoverKinds are the names of what can be handed over, in the order to offer them.
func HandoverKinds() []string { return handover.Kinds() }

// mailroom is that of the installation. A server has it open.
func (d *Desk) mailroom(ctx context.Context) (*mailroom.Mailroom, error) {
	if s := d.session.service; s != nil {
		return s.Mailroom, nil
	}
	keys, err := d.Keys(ctx)
	if err != nil {
		return nil, err
	}
	return d.App.Mailroom(keys, d.App.Mail), nil
}

// OfSeller names whose mail it is.
type OfSeller struct {
	Organization string `query:"organization" maxLength:"200" default:"reseller" doc:"Whose mail it is: reseller, or the id of a customer that sells on" example:"reseller"`
}

// mailOf is the mail room, and the organization that sells whose mail it is.
func (d *Desk) mailOf(ctx context.Context, of OfSeller) (m *mailroom.Mailroom, organization string, err error) {
	o, err := d.seller(cmp.Or(of.Organization, access.Root))
	if err != nil {
		return nil, "", err
	}
	m, err = d.mailroom(ctx)
	return m, o.ID, err
}

// sellingTo is the organization that sells to a customer, who is the reseller for
// itself; an error where there is no such customer.
func (d *Desk) sellingTo(customer string) (string, error) {
	o, ok := d.session.Rights.Tree().Organization(customer)
	switch {
	case !ok || o.Kind == access.KindUnit:
		return "", fmt.Errorf("customer %.200q %w", customer, store.ErrNotFound)
	case o.Parent == "":
		return access.Root, nil
	}
	return o.Parent, nil
}

// outwardRefused names the field of a request that is wrong with mail, a route or a
// link.
func outwardRefused(err error) error {
	var route *handover.RefusedError
	var mail *mailroom.RefusedError
	switch {
	case errors.As(err, &route):
		return invalid("body."+route.Field, "%s", route.Why)
	case errors.As(err, &mail) && mail.Field == "":
		return invalid("body", "%s", mail.Why)
	case errors.As(err, &mail):
		return invalid("body."+mail.Field, "%s", mail.Why)
	}
	return err
}
