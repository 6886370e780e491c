// Package mailroom is where what an installation has meets the ways by which it goes
// out: it keeps by which mail server and in which words an organization writes, fills
// letters in from the documents, and gives hand-overs what they carry.
package mailroom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/press"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// Options of an installation's mail room.
type Options struct {
	// Origin is where browsers reach the server, such as https://billing.example.com. An
	// organization whose brand has a domain is reached there. Where both are missing there
	// are no links.
	Origin string
	// Private lets mail servers and targets have private addresses, and mail servers be
	// spoken to in the open.
	Private bool
	// Access is who takes e-invoices for Peppol, such as folder:/srv/peppol/out; nobody
	// where it is empty.
	Access string
}

// Mailroom is the door to all of it. It is safe for use by several goroutines.
type Mailroom struct {
	Handovers *handover.Handovers

	home        *month.Installation
	keys        *secret.Keyring
	brands      *brand.Brands
	documents   *desk.Documents
	receivables *receivable.Receivables
	press       *press.Press
	data        *focus.Exports
	options     Options
}

// New returns the mail room of an installation.
func New(home *month.Installation, keys *secret.Keyring, documents *desk.Documents, receivables *receivable.Receivables, p *press.Press, o Options) *Mailroom {
	m := &Mailroom{
		home: home, keys: keys, brands: brand.New(home.Store), documents: documents, receivables: receivables, press: p, data: focus.New(home), options: o,
	}
	scratch := filepath.Join(filepath.Dir(home.Lake.Root()), "exports")
	m.Handovers = handover.New(home.Store, keys, home.Now, m.material(), handover.Options{LinkURL: m.LinkURL, AllowPrivate: o.Private, Scratch: scratch})
	return m
}

// linkPath is where a server opens links; the token follows.
const linkPath = "/d/"

// LinkURL is where a link of an organization with that token is opened.
func (m *Mailroom) LinkURL(ctx context.Context, owner, token string) (string, error) {
	origin := m.options.Origin
	b, err := m.brands.Of(ctx, owner)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	if b.Domain != "" {
		scheme := "https"
		if u, err := url.Parse(origin); err == nil && u.Scheme != "" {
			scheme = u.Scheme
		}
		origin = scheme + "://" + b.Domain
	}
	if origin == "" {
		return "", fmt.Errorf("nobody knows where links of %s are opened; give the server's address with --origin or SLUICE_ORIGIN, or the brand a domain", owner)
	}
	return origin + linkPath + token, nil
}

// brandOf is the brand of an organization; one with its declared name alone where it
// has none.
func (m *Mailroom) brandOf(ctx context.Context, organization string) (brand.Brand, error) {
	b, err := m.brands.Of(ctx, organization)
	if !errors.Is(err, store.ErrNotFound) {
		return b, err
	}
	c, err := m.home.Config(ctx)
	return brand.Brand{Organization: organization, Name: nameOf(c, organization)}, err
}

// nameOf is the declared name of an organization; its id where nothing is declared of
// it.
func nameOf(c billing.Config, organization string) string {
	if organization == store.RootOrganization && c.Reseller != nil {
		return cmp.Or(c.Reseller.Name, organization)
	}
	if i := slices.IndexFunc(c.Customers, func(x billing.Customer) bool { return x.ID == organization }); i >= 0 {
		return cmp.Or(c.Customers[i].Name, organization)
	}
	return organization
}

// languageOf is the language of a customer: that of its first billing group that says
// one, else English.
func languageOf(c billing.Config, customer string) string {
	for _, g := range c.BillingGroups {
		if g.Customer == customer && g.Language != "" {
			return g.Language
		}
	}
	return "en"
}
