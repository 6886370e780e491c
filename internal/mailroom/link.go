package mailroom

import (
	"cmp"
	"context"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// Linked is what a link leads to, as far as it is shown before anything is downloaded:
// no amounts, and not whose it is.
type Linked struct {
	Seller   brand.Brand // in whose name the page is
	Kind     invoice.DocumentKind
	Number   string
	Month    string // such as 2026-10
	Language string // of the document, BCP 47
	Formats  []string
	Expires  time.Time // UTC
}

// Linked returns what the link with that token leads to, without counting a use. It
// fails as handover.Links.Look does.
func (m *Mailroom) Linked(ctx context.Context, token string) (Linked, error) {
	link, err := m.Handovers.Links.Look(ctx, token)
	if err != nil {
		return Linked{}, err
	}
	inv, err := m.documents.Invoice(ctx, link.Document)
	if err != nil {
		return Linked{}, err
	}
	c, err := m.home.Config(ctx)
	if err != nil {
		return Linked{}, err
	}
	seller := access.Root
	if o, ok := access.TreeOf(c).Organization(link.Customer); ok {
		seller = cmp.Or(o.Parent, access.Root)
	}
	b, err := m.brandOf(ctx, seller)
	return Linked{
		Seller: b, Kind: cmp.Or(inv.Document, invoice.DocumentInvoice), Number: inv.Number, Month: inv.Period.String(), Language: inv.Language,
		Formats: link.Formats, Expires: link.Expires,
	}, err
}

// Open counts a use of the link with that token and returns its document in one of its
// formats; the first where none is named.
func (m *Mailroom) Open(ctx context.Context, token, format string) (handover.File, error) {
	return m.Handovers.Links.Open(ctx, token, format)
}
