package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
)

// SearchQuery is what to look for.
type SearchQuery struct {
	Q     string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"A part of an id, number or name, or several words of it" example:"aozora"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many things at most"`
}

// Found is a thing that was looked for.
type Found struct {
	Kind   string `json:"kind" enum:"customer,billing-group,account,invoice,month,payer,price-book,commitment,user"`
	ID     string `json:"id"`
	Title  string `json:"title" doc:"Its name, or its number"`
	Detail string `json:"detail,omitempty" doc:"What tells it from others: whose it is, where it stands"`
	Where  string `json:"where" doc:"Where the API has it, below /api/v1"`
}

// SearchResult is what was found.
type SearchResult struct {
	Items []Found `json:"items" doc:"The best first: those that are the text, begin with it, have a word that begins with it, hold it"`
	More  bool    `json:"more" doc:"Whether there are others"`
}

// Search finds things of all kinds.
var Search = Operation[*Desk, SearchQuery, SearchResult]{
	ID: "search", Method: http.MethodGet, Path: "/search", Tag: "Configuration", Title: "Search everything", Needs: access.ReadMonths,
	About: "Finds customers, billing groups, accounts, invoices and notes, months, payers, price books, commitments and users by id, number or name: whatever the capitals, " +
		"full-width and half-width letters alike. Several words must all be there. Of each kind only where the caller may read it: `config.read`, `prices.read`, `invoices.read`, `users.read`. " +
		"Accounts are found by the names that are declared.",
	Do: func(ctx context.Context, d *Desk, in SearchQuery) (SearchResult, error) {
		m := matcherOf(in.Q)
		if m.text == "" {
			return SearchResult{Items: []Found{}}, nil
		}
		if d.May(access.ReadConfig) == nil {
			m.declared(d.Declared)
		}
		if d.May(access.ReadPrices) == nil {
			for _, b := range d.Declared.PriceBooks {
				m.offer(Found{Kind: "price-book", ID: b.ID, Title: b.ID, Where: declaredAt(priceBooks, b.ID)}, b.ID)
			}
		}
		for _, look := range []func(context.Context, *Desk) error{m.months, m.invoices, m.users} {
			if err := look(ctx, d); err != nil {
				return SearchResult{}, err
			}
		}
		all := m.best()
		return SearchResult{all[:min(len(all), in.Limit)], len(all) > in.Limit}, nil
	},
}

// declaredAt is where the API has a declared thing.
func declaredAt(kind, id string) string { return "/config/" + kind + "/" + url.PathEscape(id) }

// declared offers what the configuration has, price books left aside.
func (m *matcher) declared(c billing.Config) {
	customers := map[string]string{}
	for _, x := range c.Customers {
		customers[x.ID] = x.Name
		m.offer(Found{Kind: "customer", ID: x.ID, Title: x.Name, Where: declaredAt("customers", x.ID)}, x.ID, x.Name)
	}
	for _, g := range c.BillingGroups {
		f := Found{Kind: "billing-group", ID: g.ID, Title: cmp.Or(g.Name, g.ID), Detail: cmp.Or(customers[g.Customer], g.Customer), Where: declaredAt("billing_groups", g.ID)}
		m.offer(f, g.ID, g.Name)
	}
	for _, p := range c.Payers {
		m.offer(Found{Kind: "payer", ID: p.ID, Title: cmp.Or(p.Name, p.ID), Detail: p.Provider, Where: declaredAt("payers", p.ID)}, p.ID, p.Name)
	}
	seen := map[string]bool{}
	for _, x := range c.Commitments {
		if !seen[x.ID] {
			seen[x.ID] = true
			m.offer(Found{Kind: "commitment", ID: x.ID, Title: x.ID, Detail: string(x.Policy), Where: "/commitment?id=" + url.QueryEscape(x.ID)}, x.ID)
		}
	}
	m.accounts(c)
}

// accounts offers all accounts that are declared or somebody's, each once, with who
// has it last.
func (m *matcher) accounts(c billing.Config) {
	names := make(map[string]string, len(c.Accounts))
	for _, a := range c.Accounts {
		names[a.ID] = a.Name
	}
	seen := map[string]bool{}
	offer := func(accounts []string, owner, where string) {
		for _, a := range accounts {
			if rank := m.rank(a, names[a]); rank < none && !seen[a] {
				seen[a] = true
				m.take(Found{Kind: "account", ID: a, Title: cmp.Or(names[a], a), Detail: owner, Where: where}, rank)
			}
		}
	}
	for _, open := range []bool{true, false} { // whose it is now before whose it was
		for _, g := range c.BillingGroups {
			for _, claim := range g.Claims {
				if (claim.To == nil) == open {
					offer(claim.Accounts, g.ID, declaredAt("billing_groups", g.ID))
				}
			}
		}
		for _, p := range c.Pools {
			if (p.To == nil) == open {
				offer(p.Accounts, p.ID, declaredAt("pools", p.ID))
			}
		}
	}
	if c.Reseller != nil {
		offer(c.Reseller.Accounts, c.Reseller.Name, declaredAt("reseller", "reseller"))
	}
	for _, a := range c.Accounts {
		offer([]string{a.ID}, "", declaredAt("accounts", a.ID))
	}
}

func (m *matcher) months(ctx context.Context, d *Desk) error {
	periods, err := d.Store.Periods(ctx)
	for _, p := range slices.Backward(periods) {
		m.offer(Found{Kind: "month", ID: p.String(), Title: p.String(), Where: "/months/" + p.String()}, p.String())
	}
	return err
}

// mostInvoices is how many of them are looked at; the best ones come first.
const mostInvoices = 200

func (m *matcher) invoices(ctx context.Context, d *Desk) error {
	if d.May(access.ReadBills) != nil {
		return nil
	}
	found, err := d.Store.FindInvoices(ctx, strings.Fields(m.text), mostInvoices)
	if err != nil || len(found) == 0 {
		return err
	}
	names, buyers := map[string]string{}, map[string]string{}
	for _, x := range d.Declared.Customers {
		names[x.ID] = x.Name
	}
	for _, g := range d.Declared.BillingGroups {
		buyers[g.ID] = cmp.Or(g.Name, names[g.Customer])
	}
	for _, v := range found {
		detail := strings.TrimSpace(v.Period.String() + " " + v.State + " " + buyers[v.Group])
		m.offer(Found{Kind: "invoice", ID: v.ID, Title: cmp.Or(v.Number, v.ID), Detail: detail, Where: "/invoices/" + url.PathEscape(v.ID)}, v.Number, v.ID)
	}
	return nil
}

// users offers those that the caller may see; only a server knows any.
func (m *matcher) users(ctx context.Context, d *Desk) error {
	if d.session.service == nil || d.May(access.ReadUsers) != nil {
		return nil
	}
	all, err := d.session.service.People.Users(ctx)
	for _, u := range all {
		m.offer(Found{Kind: "user", ID: u.ID, Title: u.Name, Detail: u.Email, Where: "/users/" + u.ID}, u.Name, u.Email, u.ExternalID)
	}
	return err
}
