package handover

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/secret"
)

// mailWay sends a message with the files, or with a link that ends.
var mailWay = way{by: ByMail, check: checkMailer, send: sendMail}

func checkMailer(h *Handovers, _ Route, _ secret.Text) error {
	if h.material.Mail == nil {
		return &RefusedError{"by", "is mail, and this installation sends none; set its mail server up first"}
	}
	return nil
}

func sendMail(ctx context.Context, h *Handovers, p parcel) (Receipt, error) {
	if h.material.Mail == nil {
		return Receipt{}, errors.New("this installation sends no mail; set its mail server up")
	}
	m := Mail{
		Key: p.key, Owner: p.route.Owner, Customer: p.route.Customer, What: p.handover.What, Document: p.document.id, Step: p.step, Period: p.period,
		Letter: p.letter(), At: p.queued, To: p.route.To, Cc: p.route.Cc, Taken: p.taken, Files: p.files,
	}
	if p.document.id != "" && p.route.LinkDays > 0 {
		var err error
		if m.Link, m.Expires, err = h.link(ctx, p); err != nil {
			return Receipt{}, err
		}
	}
	receipt, err := h.material.Mail(ctx, m)
	if receipt.Detail == "" {
		receipt.Detail = strings.Join(slices.Concat(p.route.To, p.route.Cc), ", ")
	}
	return receipt, err
}

// letter is what the message is about.
func (p parcel) letter() letter.Kind {
	switch {
	case p.document.kind == invoice.DocumentDebitNote && p.handover.What != whatReminder:
		return letter.DebitNote
	case p.document.id == "" && p.handover.What != whatTest && p.handover.What != string(letter.Statement):
		return letter.Data
	}
	return letter.Kind(p.handover.What)
}

// link makes a link to the document. Each try makes its own, since the token of the
// one before is not kept; that one ends by itself.
func (h *Handovers) link(ctx context.Context, p parcel) (address string, expires time.Time, err error) {
	if h.options.LinkURL == nil {
		return "", expires, &FinalError{errors.New("this installation has no page that opens links; let the route attach the documents")}
	}
	link, token, err := h.Links.Make(ctx, LinkOrder{
		Customer: p.route.Customer, Document: p.document.id, Formats: h.formatsOf(p.route.Wish, p.handover.What),
		For: time.Duration(p.route.LinkDays) * 24 * time.Hour, Handover: p.handover.ID,
	}, sentBy)
	if err != nil {
		return "", expires, err
	}
	address, err = h.options.LinkURL(ctx, p.route.Owner, token.Reveal())
	return address, link.Expires, err
}
