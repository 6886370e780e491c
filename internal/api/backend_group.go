package api

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
)

// serviceAccount says what shall be in force of a service account: credential, payer,
// source, and who has what the payer's accounts use.
func (w *wish) serviceAccount(d *Desk, b billing.Backend, made billing.Credential, in SaveServiceAccountInput, reached []ReachedAccount) error {
	payer, source := in.Body.Payer, billing.Source{Name: in.ID, Kind: billing.FromBackend, Credential: in.ID, Backend: b.Name}
	if was, there := sourceOf(w.now, in.ID); there {
		source.Name = was.Name
		payer = cmp.Or(payer, was.Payer)
	}
	payer = cmp.Or(payer, in.ID)
	source.Payer = payer
	if i := slices.IndexFunc(w.now.Sources, func(s billing.Source) bool { return s.Name == source.Name }); i >= 0 && w.now.Sources[i].Ended && w.now.Sources[i].Kind == billing.FromBackend {
		payer = cmp.Or(in.Body.Payer, w.now.Sources[i].Payer) // it was removed, and is read again
		source.Payer = payer
	} else if i >= 0 && w.now.Sources[i].Credential != in.ID {
		return &Problem{Code: "refused", Detail: fmt.Sprintf("source %s is there already, and is not of this service account; choose another id", source.Name)}
	}
	for _, s := range w.now.Sources {
		// Two projects of one payer would have each other's rows.
		if other, there := credential.Of(w.now, s.Credential); there && s.Payer == payer && other.ID != in.ID && other.Organization != in.Body.Organization {
			return invalid("body.payer", "payer %s has the bills of service account %s already, which is for %s; name another payer, or none", payer, other.ID, other.Organization)
		}
	}
	if i := slices.IndexFunc(w.now.Payers, func(p billing.Payer) bool { return p.ID == payer }); i >= 0 {
		if was := w.now.Payers[i]; was.Provider != b.Provider {
			return invalid("body.payer", "payer %s is of %s, and backend %s tells of %s; name another one", payer, was.Provider, b.Name, b.Provider)
		}
	} else {
		made := billing.Payer{ID: payer, Name: in.Body.Name, Provider: b.Provider, Finality: "period-end"}
		if in.Body.InvoiceIDs {
			made.Finality = "invoice-id"
		}
		if err := w.put("payers", made); err != nil {
			return err
		}
	}
	if err := w.put("credentials", made); err != nil {
		return err
	}
	if err := w.put("sources", source); err != nil {
		return err
	}
	own := slices.ContainsFunc(reached, func(a ReachedAccount) bool { return a.ID == payer })
	return w.enrol(payer, own, in.Body, billing.PeriodOf(d.Now().UTC()).FirstDay())
}

// groupOf is the billing group of a unit: the one that is named, or the only one, or a
// new one with the settings of another one of the customer.
func (w *wish) groupOf(organization, named string) (billing.BillingGroup, error) {
	customer, unit, _ := strings.Cut(organization, "/")
	var of, others []billing.BillingGroup
	for _, g := range w.now.BillingGroups {
		switch {
		case g.Customer == customer && g.Unit == unit:
			of = append(of, g)
		case g.Customer == customer && g.Parent == "":
			others = append(others, g)
		}
	}
	if named != "" {
		of = slices.DeleteFunc(of, func(g billing.BillingGroup) bool { return g.ID != named })
		if len(of) == 0 && slices.ContainsFunc(w.now.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == named }) {
			return billing.BillingGroup{}, invalid("body.group", "%s is not a billing group of %s; name one of it, or none", named, organization)
		}
	}
	switch {
	case len(of) == 1:
		return of[0], nil
	case len(of) > 1:
		var ids []string
		for _, g := range of {
			ids = append(ids, g.ID)
		}
		return billing.BillingGroup{}, invalid("body.group", "is missing, and %s has several: %s; name one of them", organization, strings.Join(ids, ", "))
	}
	made := billing.BillingGroup{ID: cmp.Or(named, w.freeGroup(customer+"-"+unit)), Customer: customer, Unit: unit, Claims: []billing.Claim{}}
	if len(others) > 0 {
		like := others[0]
		made.Currency, made.Language, made.CostBasis, made.Template, made.Invoice, made.PriceBook = like.Currency, like.Language, like.CostBasis, like.Template, like.Invoice, like.PriceBook
	} else if w.now.Reseller != nil {
		made.Currency = w.now.Reseller.Currency
	}
	if made.Currency == "" {
		return made, invalid("body.group", "cannot be made for %s, because nothing says its currency; declare a billing group of the unit first", organization)
	}
	return made, nil
}

// freeGroup is an id of billing groups that is not taken, made of a wished one.
func (w *wish) freeGroup(wished string) string {
	id := wished
	for n := 2; slices.ContainsFunc(w.now.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == id }); n++ {
		id = fmt.Sprintf("%s-%d", wished, n)
	}
	return id
}
