package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
)

// closeGroups makes the close one of some billing groups. Only their drafts
// become final; all others are those of a preview.
func (m *month) closeGroups(ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	m.groups = map[string]bool{}
	for _, id := range ids {
		if !m.isGroup(id) {
			return fmt.Errorf("there is no billing group %q", id)
		}
		m.groups[id] = true
	}
	return nil
}

// closing takes up again what a rating says of itself.
func (m *month) closing(detail rated) {
	m.preview = detail.Preview
	if len(detail.Groups) > 0 {
		m.groups = map[string]bool{}
		for _, id := range detail.Groups {
			m.groups[id] = true
		}
	}
}

// groupNames are the groups that a close is of, sorted; none when it is of all.
func (m *month) groupNames() []string { return slices.Sorted(maps.Keys(m.groups)) }

// previews tells whether a group's draft is one of a preview.
func (m *month) previews(group string) bool {
	return m.preview || m.groups != nil && !m.groups[group]
}

// reach is what the documents of some groups depend on. Whatever the records
// cannot tell apart is taken to be among it.
type reach struct {
	groups map[string]bool // and their parents and descendants: one's price may be the other's cost
	payers map[string]bool // that the groups have charges of, or share a pool with
	scopes map[string]bool // under which ingest keeps the findings of the loads of other payers
}

// concerning returns those findings that may be about the groups of the close.
// The others are about another group alone, or about a payer that the groups
// have no charges of. The charges are open.
func (m *month) concerning(ctx context.Context, held []Finding) ([]Finding, error) {
	if len(held) == 0 {
		return nil, nil
	}
	reach, err := m.reach(ctx)
	if err != nil {
		return nil, err
	}
	var concerning []Finding
	for _, f := range held {
		if m.touches(reach, f) {
			concerning = append(concerning, f)
		}
	}
	return concerning, nil
}

// touches tells whether a finding may be about what the groups are billed for.
// It does where nothing says the opposite:
//
//   - not-final, file-twice and what ingest found in a file are about a payer;
//     ragged rows may be anybody's, as their account may be misread;
//   - commitment-overgiven and commitment-without-hours are about the payer of
//     the commitment;
//   - no-list-price and no-on-demand-price name the group first;
//   - unassigned lines may belong to any group, and codes that are not listed
//     here may be about anything.
func (m *month) touches(r reach, f Finding) bool {
	switch f.Code {
	case "not-final":
		return m.touchesReport(r, f.Subject)
	case "file-twice":
		return m.touchesFile(r, f)
	case "unknown-line-type", "two-currencies", "other-payer", "other-period":
		return !r.scopes[f.Scope]
	case "commitment-overgiven", "commitment-without-hours":
		for _, c := range m.commitments {
			if c.ID == f.Subject {
				return r.payers[c.Payer]
			}
		}
		return true
	case "no-list-price", "no-on-demand-price":
		owner, _, _ := strings.Cut(f.Subject, " ")
		return owner != assign.Reseller && (r.groups[owner] || !m.isGroup(owner))
	default:
		return true
	}
}

// touchesReport looks for the load that a finding names by payer and report.
func (m *month) touchesReport(r reach, subject string) bool {
	found := false
	for _, l := range m.loads {
		if subject != l.Payer+" "+l.Report {
			continue
		}
		if r.payers[l.Payer] {
			return true
		}
		found = true
	}
	return !found
}

// touchesFile looks at every payer that has a file twice: either place may be
// the wrong one.
func (m *month) touchesFile(r reach, f Finding) bool {
	hash := ""
	for _, l := range m.loads {
		for _, file := range l.Files {
			if f.Subject == l.Payer+" "+l.Report && f.File == file.Key {
				hash = file.SHA256
			}
		}
	}
	for _, l := range m.loads {
		for _, file := range l.Files {
			if file.SHA256 == hash && r.payers[l.Payer] {
				return true
			}
		}
	}
	return hash == ""
}

func (m *month) isGroup(id string) bool {
	return slices.ContainsFunc(m.config.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == id })
}

// reach reads from the charges what the groups depend on.
func (m *month) reach(ctx context.Context) (reach, error) {
	r := reach{groups: m.family(), payers: map[string]bool{}, scopes: map[string]bool{}}
	type use struct{ group, owner, account, load string }
	uses, err := engine.Collect(ctx, m.session, func(u *use) []any { return []any{&u.group, &u.owner, &u.account, &u.load} },
		`SELECT DISTINCT "group", x_owner, COALESCE(sub_account_id, ''), x_load FROM charges`)
	if err != nil {
		return r, fmt.Errorf("which payers the groups have charges of: %w", err)
	}
	payers := map[string]string{}
	for _, l := range m.loads {
		payers[l.ID] = l.Payer
	}
	pooled := m.pooled(r.groups)
	for _, u := range uses {
		if r.groups[u.group] || r.groups[u.owner] || pooled[u.account] {
			r.payers[payers[u.load]] = true
		}
	}
	for _, l := range m.loads {
		if !r.payers[l.Payer] {
			r.scopes[l.Key().Scope()] = true
		}
	}
	return r, nil
}

// family is the groups of the close with all that they buy from or sell to.
func (m *month) family() map[string]bool {
	parents := map[string]string{}
	for _, g := range m.config.BillingGroups {
		parents[g.ID] = g.Parent
	}
	family := map[string]bool{}
	for id := range m.groups {
		for id != "" && !family[id] {
			family[id] = true
			id = parents[id]
		}
	}
	for id := range parents {
		seen := map[string]bool{}
		for up := id; up != "" && !seen[up]; up = parents[up] {
			seen[up] = true
			if m.groups[up] {
				family[id] = true
			}
		}
	}
	return family
}

// pooled are the accounts of pools that one of the groups bears: its share
// depends on what others use there.
func (m *month) pooled(groups map[string]bool) map[string]bool {
	accounts := map[string]bool{}
	for _, pool := range m.config.Pools {
		bears := groups[pool.Remainder] || len(pool.ByUsage) == 0
		for _, f := range pool.Fixed {
			bears = bears || groups[f.Group]
		}
		for _, s := range pool.Percent {
			bears = bears || groups[s.Group]
		}
		bears = bears || slices.ContainsFunc(pool.ByUsage, func(id string) bool { return groups[id] })
		for _, id := range pool.Accounts {
			if bears {
				accounts[id] = true
			}
		}
	}
	return accounts
}
