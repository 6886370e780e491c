package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/credential"
)

// RemoveServiceAccountInput names a service account that shall be gone.
type RemoveServiceAccountInput struct {
	ID string `path:"id" maxLength:"100" doc:"Of the service account" example:"hyper-shop"`
	ForcingQuery
}

// RemovedServiceAccount is what was taken out of what is in force.
type RemovedServiceAccount struct {
	ID      string          `json:"id" doc:"Of the service account"`
	Changes []config.Change `json:"changes" doc:"What it changed in the configuration"`
	Until   *billing.Day    `json:"until,omitempty" doc:"The first day on which the billing group does not have the payer's accounts any more; not there where nothing was ever loaded of the payer, or another source brings its bills"`
	Newest  string          `json:"newest,omitempty" doc:"The newest month that is loaded of it, and stays; not there where nothing is"`
}

// RemoveServiceAccount takes a service account out of what is in force.
var RemoveServiceAccount = Operation[*Desk, RemoveServiceAccountInput, RemovedServiceAccount]{
	ID: "remove-service-account", Method: http.MethodDelete, Path: "/vendor-accounts/{id}", Tag: "Backends", Title: "Remove a service account", Needs: access.WriteConfig,
	About: "Takes it out at once: its credential with what is sealed of it, its source, and the payer and the enrolment that were made for it. Nothing is asked of the vendor any more.\n\n" +
		"What was loaded stays in its months, open or closed, with whom it is: its source has `ended` then, its payer stays, and the billing group has the payer's accounts until the month is over. " +
		"Refused where another source is read with its credential. Saved again under the same id it goes on where it ended.",
	Do: func(ctx context.Context, d *Desk, in RemoveServiceAccountInput) (out RemovedServiceAccount, err error) {
		c, is := credential.Of(d.Declared, in.ID)
		if is {
			_, is = serviceAccountOf(d.Declared, c)
		}
		if !is {
			return out, &Problem{Code: "not-found", Detail: fmt.Sprintf("no service account is called %q; `sluice backend account list` lists them", in.ID)}
		}
		keys, err := d.Keys(ctx)
		if err != nil {
			return out, err
		}
		out.ID = in.ID
		how := declaring{Forcing: Forcing(in.ForcingQuery), edit: func(now billing.Config) (billing.Config, error) {
			l := leaving{now: now, id: in.ID}
			wanted, err := l.without(ctx, d)
			out.Until, out.Newest = l.until, l.newest
			return wanted, err
		}}
		if out.Changes, err = d.declareSealed(ctx, keys, c, nil, how); err != nil {
			return out, err
		}
		return out, d.sawReached(ctx, in.ID, nil)
	},
}

// leaving is a service account that is taken out of a configuration.
type leaving struct {
	now    billing.Config
	id     string
	until  *billing.Day // nil where no enrolment is ended
	newest string       // month that is loaded; empty where none is
}

// without is the configuration without the service account. What was loaded keeps its
// source, its payer, and whose it is.
func (l *leaving) without(ctx context.Context, d *Desk) (billing.Config, error) {
	wanted, there := config.Without(l.now, "credentials", l.id)
	if !there {
		return wanted, notDeclared(OneResource{OfKind{"credentials"}, l.id})
	}
	source, read := sourceOf(l.now, l.id)
	var others []string
	for _, s := range l.now.Sources {
		if s.Credential == l.id && s.Name != source.Name {
			others = append(others, s.Name)
		}
	}
	if len(others) > 0 {
		return wanted, &Problem{Code: "refused", Detail: fmt.Sprintf("credential %s of the service account is used by %s, too; let that be read with another one first", l.id, strings.Join(others, ", "))}
	}
	if !read {
		return wanted, nil
	}
	loaded, err := d.Store.LoadedMonths(ctx, source.Payer)
	if err != nil {
		return wanted, err
	}
	if own, has := loaded[source.Name]; has {
		l.newest = own.String()
		wanted.Sources = slices.Clone(wanted.Sources)
		i := slices.IndexFunc(wanted.Sources, func(s billing.Source) bool { return s.Name == source.Name })
		wanted.Sources[i] = billing.Source{Name: source.Name, Kind: source.Kind, Payer: source.Payer, Ended: true}
	} else {
		wanted, _ = config.Without(wanted, "sources", source.Name)
	}
	if slices.ContainsFunc(wanted.Sources, func(s billing.Source) bool { return s.Payer == source.Payer && !s.Ended }) {
		return wanted, nil // another one brings the payer's bills
	}
	groups := wanted.BillingGroups
	if len(loaded) == 0 {
		none := func([]holding) []holding { return nil }
		wanted.BillingGroups = l.claimWith(enrol(groups, source.Payer, nil), source.Payer, none)
		return l.withoutPayer(wanted, source.Payer), nil
	}
	day := billing.PeriodOf(d.Now().UTC()).Next().FirstDay()
	for _, month := range loaded {
		day = max(day, month.Next().FirstDay())
	}
	l.until = &day
	ends := func(all []holding) []holding { return until(all, day) }
	wanted.BillingGroups = l.claimWith(enrol(groups, source.Payer, ends(enrolled(groups, source.Payer))), source.Payer, ends)
	return wanted, nil
}

// withoutPayer takes the payer out that was made for the service account, unless
// something else names it.
func (l *leaving) withoutPayer(wanted billing.Config, payer string) billing.Config {
	if payer != l.id {
		return wanted // people chose it
	}
	without, _ := config.Without(wanted, "payers", payer)
	if len(config.Check(without)) > 0 && len(config.Check(wanted)) == 0 {
		return wanted
	}
	return without
}

// claimWith says what becomes of the claims of the payer's own account, where it has one:
// those that were made with its enrolments go or end as these do, others are people's.
func (l *leaving) claimWith(groups []billing.BillingGroup, payer string, left func([]holding) []holding) []billing.BillingGroup {
	enrolments, claims := enrolled(l.now.BillingGroups, payer), claimed(groups, payer)
	for _, c := range claims {
		if !slices.ContainsFunc(enrolments, func(e holding) bool { return sameHoldings([]holding{e}, []holding{c}) }) {
			return groups
		}
	}
	return claim(groups, payer, left(claims))
}
