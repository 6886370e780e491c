package mapping

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/sheet"
)

// people are those that a sheet can name, by id, and by name as folded makes it.
type people struct {
	groups     map[string]billing.BillingGroup
	groupNames map[string][]string // ids
	customers  map[string]string   // their names
	byName     map[string][]string // ids of customers
	groupsOf   map[string][]string // ids, by customer
	payers     map[string]bool     // ids and folded names
	accounts   map[string]billing.Account
	hints      int // given so far
}

// mostHints bounds the work of guessing what was meant.
const mostHints = 100

func peopleOf(c billing.Config) *people {
	p := &people{
		groups: map[string]billing.BillingGroup{}, groupNames: map[string][]string{}, customers: map[string]string{}, byName: map[string][]string{},
		groupsOf: map[string][]string{}, payers: map[string]bool{}, accounts: map[string]billing.Account{},
	}
	for _, x := range c.Customers {
		p.customers[x.ID] = x.Name
		p.byName[folded(x.Name)] = append(p.byName[folded(x.Name)], x.ID)
	}
	for _, g := range c.BillingGroups {
		p.groups[g.ID] = g
		p.groupsOf[g.Customer] = append(p.groupsOf[g.Customer], g.ID)
		name := folded(cmp.Or(g.Name, p.customers[g.Customer]))
		p.groupNames[name] = append(p.groupNames[name], g.ID)
	}
	for _, x := range c.Payers {
		p.payers[x.ID] = true
		p.payers[folded(x.Name)] = true
	}
	for _, a := range c.Accounts {
		p.accounts[a.ID] = a
	}
	return p
}

// folded is a name without what people write differently: capitals, full-width
// letters, half-width katakana, blanks.
func folded(name string) string {
	return strings.Join(strings.Fields(cases.Fold().String(norm.NFKC.String(name))), " ")
}

func (p *people) hasPayer(payer string) error {
	if payer == "" || p.payers[payer] || p.payers[folded(payer)] {
		return nil
	}
	return fmt.Errorf("there is no payer %q; declare it, or correct the row", payer)
}

// groupOf is the billing group that a row means: the one it names by id or name,
// else the only one of the customer that it names, else the one for all rows.
func (p *people) groupOf(a sheet.AccountRow, usual string) (billing.BillingGroup, error) {
	customer, err := p.customerOf(a.Customer)
	if err != nil {
		return billing.BillingGroup{}, err
	}
	its := p.groupsOf[customer]
	var found []string
	switch {
	case a.Group != "":
		if found = p.named(a.Group, customer); len(found) == 0 {
			return billing.BillingGroup{}, p.noGroup(a.Group, customer)
		}
	case customer == "" && usual == "":
		return billing.BillingGroup{}, errors.New("names no billing group; name one, or choose one for all rows")
	case customer == "" || slices.Contains(its, usual):
		if found = p.named(usual, ""); len(found) == 0 {
			return billing.BillingGroup{}, p.noGroup(usual, "")
		}
	case len(its) == 0:
		return billing.BillingGroup{}, fmt.Errorf("customer %s has no billing group; declare one first", customer)
	default:
		found = its
	}
	if len(found) > 1 {
		return billing.BillingGroup{}, fmt.Errorf("may be any of the billing groups %s; name one by its id", few(found))
	}
	return p.groups[found[0]], nil
}

// named are the groups of an id or a name, of a customer where one is given.
func (p *people) named(name, customer string) []string {
	if g, ok := p.groups[name]; ok && (customer == "" || g.Customer == customer) {
		return []string{name}
	}
	return slices.DeleteFunc(slices.Clone(p.groupNames[folded(name)]), func(id string) bool { return customer != "" && p.groups[id].Customer != customer })
}

func (p *people) noGroup(name, customer string) error {
	near := ""
	if p.hints++; p.hints <= mostHints && customer == "" {
		near = billing.Nearest(name, slices.Sorted(maps.Keys(p.groups)))
	}
	switch {
	case customer != "" && p.groups[name].ID != "":
		return fmt.Errorf("billing group %s is of customer %s, not of %s; correct one of the two", name, p.groups[name].Customer, customer)
	case customer != "":
		return fmt.Errorf("customer %s has no billing group %q; declare it first, or correct the row", customer, name)
	case near != "":
		return fmt.Errorf("there is no billing group %q; did you mean %s? Else declare it first", name, near)
	}
	return fmt.Errorf("there is no billing group %q; declare it first, or correct the row", name)
}

// customerOf is the id of a customer that a row names by id or name; empty where it
// names none.
func (p *people) customerOf(name string) (string, error) {
	if _, ok := p.customers[name]; ok || name == "" {
		return name, nil
	}
	switch its := p.byName[folded(name)]; len(its) {
	case 0:
		return "", fmt.Errorf("there is no customer %q; declare it first, or correct the row", name)
	case 1:
		return its[0], nil
	default:
		return "", fmt.Errorf("customer %q may be any of %s; name one by its id", name, few(its))
	}
}

// few names the first few of many.
func few(all []string) string {
	const shown = 5
	if len(all) > shown {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:shown], ", "), len(all)-shown)
	}
	return strings.Join(all, ", ")
}

// renamed are the accounts as they are declared with new names: those that are
// declared already in their order, then the others by id.
func (p *people) renamed(now billing.Config, names map[string]string) (all []billing.Account) {
	for _, a := range now.Accounts {
		if name, ok := names[a.ID]; ok {
			if a.Name != name {
				a.Name = name
				all = append(all, a)
			}
			delete(names, a.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(names)) {
		all = append(all, billing.Account{ID: id, Name: names[id]})
	}
	return all
}
