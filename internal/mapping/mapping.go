// Package mapping gives many accounts to billing groups at once: it works out from
// a sheet of accounts which claims begin and end, says who has an account that
// another group cannot have, and finds the accounts of a month that are nobody's. It
// puts nothing in force.
package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/sheet"
)

// States of a row.
const (
	New     = "new"     // nobody has the account on these days: the group claims it
	Moved   = "moved"   // another group's claim ends, or gives way, and the group's begins
	Same    = "same"    // it is the group's already
	Refused = "refused" // problem says why
)

// Row is what becomes of a row of the sheet.
type Row struct {
	Row     int          `json:"row" doc:"Of the file, counted from 1"`
	Account string       `json:"account"`
	Name    string       `json:"name,omitempty" doc:"What the account is to be called"`
	Group   string       `json:"group,omitempty" doc:"The billing group that has it then"`
	From    *billing.Day `json:"from,omitempty" doc:"First day; all earlier days, too, where it is not there"`
	To      *billing.Day `json:"to,omitempty" doc:"The first day that is not the group's any more"`
	State   string       `json:"state" enum:"new,moved,same,refused"`
	Owner   *Owner       `json:"present_owner,omitempty" doc:"Who has the account now, where that is somebody else"`
	Renamed string       `json:"renamed_from,omitempty" doc:"The declared name before, where the row has another one"`
	Problem string       `json:"problem,omitempty" doc:"Why the row is refused, and what to do"`
}

// Owner is who has an account, and when.
type Owner struct {
	Kind string       `json:"kind" enum:"group,pool,reseller"`
	ID   string       `json:"id,omitempty" doc:"Of the billing group or pool"`
	From *billing.Day `json:"from,omitempty"`
	To   *billing.Day `json:"to,omitempty" doc:"The first day that is not the owner's any more"`
	By   string       `json:"by,omitempty" enum:"enrolment" doc:"enrolment: nobody claims it, and the billing group takes all such accounts of its payer"`
}

// Kinds of owner.
const (
	ownedByGroup    = "group"
	ownedByPool     = "pool"
	ownedByReseller = "reseller"
)

// byEnrolment is how an owner has an account that it does not claim.
const byEnrolment = "enrolment"

// String names the owner and the days for people.
func (o Owner) String() string {
	who := "the reseller itself"
	switch o.Kind {
	case ownedByGroup:
		who = "billing group " + o.ID
	case ownedByPool:
		who = "pool " + o.ID
	}
	if o.By == byEnrolment {
		who += " by enrolment"
	}
	return who + spanOf(o.From, o.To).dates()
}

// Counts count rows by state.
type Counts struct {
	New     int `json:"new"`
	Moved   int `json:"moved"`
	Same    int `json:"same"`
	Refused int `json:"refused"`
}

// Defaults are for rows that say nothing of it themselves.
type Defaults struct {
	Group string // id of a billing group
	From  *billing.Day
}

// Mapped is what a sheet comes to.
type Mapped struct {
	Rows   []Row
	Counts Counts
	// Wanted are the billing groups and accounts that are declared otherwise then, and
	// nothing else. Refused rows change nothing.
	Wanted billing.Config
}

// Map works out what a sheet of accounts does to what is declared. A row with days
// is about these days; one without is about all, and where the account is somebody's
// already, it says whose it stays. Taking an account from another billing group needs
// a first day: the other's claim ends there. What tags claim is not looked at: it
// wins over claims of whole accounts anyway (R3).
func Map(now billing.Config, rows []sheet.AccountRow, d Defaults) Mapped {
	l := ledgerOf(now)
	p := peopleOf(now)
	m := Mapped{Rows: []Row{}}
	given := map[string][]gift{}
	names := map[string]string{}
	for _, a := range rows {
		r := Row{Row: a.Row, Account: a.Account, Name: a.Name, Group: a.Group, From: a.From, To: a.To}
		if r.From == nil {
			r.From = d.From
		}
		if err := r.place(a, p, l, given[r.Account], d); err != nil {
			r.State, r.Problem = Refused, err.Error()
		} else {
			given[r.Account] = append(given[r.Account], gift{spanOf(r.From, r.To), r.Group, r.Row})
			r.rename(p, names)
		}
		m.Counts.add(r.State)
		m.Rows = append(m.Rows, r)
	}
	m.Wanted.BillingGroups = l.changed(now)
	m.Wanted.Accounts = p.renamed(now, names)
	return m
}

func (c *Counts) add(state string) {
	switch state {
	case New:
		c.New++
	case Moved:
		c.Moved++
	case Same:
		c.Same++
	default:
		c.Refused++
	}
}

// gift is what an earlier row of the sheet says of an account.
type gift struct {
	span
	group string
	row   int
}

// place finds the group of a row and gives it the account in the ledger. The error
// says why it cannot have it.
func (r *Row) place(a sheet.AccountRow, p *people, l *ledger, earlier []gift, d Defaults) error {
	if len(a.Errors) > 0 {
		return fmt.Errorf("%s", strings.Join(a.Errors, "; "))
	}
	if err := l.whole(r.Account); err != nil {
		return err
	}
	if err := p.hasPayer(a.Payer); err != nil {
		return err
	}
	group, err := p.groupOf(a, d.Group)
	if err != nil {
		r.Owner = l.owner(r.Account, spanOf(r.From, r.To))
		return err
	}
	r.Group = group.ID
	days := spanOf(r.From, r.To)
	if days.empty() {
		return fmt.Errorf("to: %s is not after from, %s; to is the first day that is not meant any more", *r.To, *r.From)
	}
	if i := slices.IndexFunc(earlier, func(g gift) bool { return g.group != group.ID && g.overlaps(days) }); i >= 0 {
		return fmt.Errorf("row %d of the sheet gives this account to billing group %s on the same days; keep one of the two, or give both their days", earlier[i].row, earlier[i].group)
	}
	state, owner, err := l.give(r.Account, group.ID, r.From, r.To)
	r.State, r.Owner = state, owner
	return err
}

// rename notes a name that is not the declared one.
func (r *Row) rename(p *people, names map[string]string) {
	declared, known := p.accounts[r.Account]
	if earlier, ok := names[r.Account]; ok {
		declared.Name, known = earlier, true
	}
	if r.Name == "" || known && declared.Name == r.Name {
		return
	}
	r.Renamed, names[r.Account] = declared.Name, r.Name
}
