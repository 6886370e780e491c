package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/month"
)

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
func concerning(ctx context.Context, m *month.Work, held []month.Finding) ([]month.Finding, error) {
	if len(held) == 0 {
		return nil, nil
	}
	reach, err := dependenceOf(ctx, m)
	if err != nil {
		return nil, err
	}
	var concerning []month.Finding
	for _, f := range held {
		if touches(m, reach, f) {
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
func touches(m *month.Work, r reach, f month.Finding) bool {
	switch f.Code {
	case "not-final":
		return touchesReport(m, r, f.Subject)
	case "file-twice":
		return touchesFile(m, r, f)
	case "unknown-line-type", "two-currencies", "other-payer", "other-period":
		return !r.scopes[f.Scope]
	case "commitment-overgiven", "commitment-without-hours":
		for _, c := range m.Commitments {
			if c.ID == f.Subject {
				return r.payers[c.Payer]
			}
		}
		return true
	case "no-list-price", "no-on-demand-price":
		owner, _, _ := strings.Cut(f.Subject, " ")
		return owner != assign.Reseller && (r.groups[owner] || !month.HasGroup(m.Config, owner))
	default:
		return true
	}
}

// touchesReport looks for the load that a finding names by payer and report.
func touchesReport(m *month.Work, r reach, subject string) bool {
	found := false
	for _, l := range m.Loads {
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
func touchesFile(m *month.Work, r reach, f month.Finding) bool {
	hash := ""
	for _, l := range m.Loads {
		for _, file := range l.Files {
			if f.Subject == l.Payer+" "+l.Report && f.File == file.Key {
				hash = file.SHA256
			}
		}
	}
	for _, l := range m.Loads {
		for _, file := range l.Files {
			if file.SHA256 == hash && r.payers[l.Payer] {
				return true
			}
		}
	}
	return hash == ""
}

// dependenceOf reads from the charges what the groups depend on.
func dependenceOf(ctx context.Context, m *month.Work) (reach, error) {
	r := reach{groups: family(m), payers: map[string]bool{}, scopes: map[string]bool{}}
	type use struct{ group, owner, account, load string }
	uses, err := engine.Collect(ctx, m.Session, func(u *use) []any { return []any{&u.group, &u.owner, &u.account, &u.load} },
		`SELECT DISTINCT "group", x_owner, COALESCE(sub_account_id, ''), x_load FROM charges`)
	if err != nil {
		return r, fmt.Errorf("which payers the groups have charges of: %w", err)
	}
	payers := map[string]string{}
	for _, l := range m.Loads {
		payers[l.ID] = l.Payer
	}
	pooled := pooled(m, r.groups)
	for _, u := range uses {
		if r.groups[u.group] || r.groups[u.owner] || pooled[u.account] {
			r.payers[payers[u.load]] = true
		}
	}
	for _, l := range m.Loads {
		if !r.payers[l.Payer] {
			r.scopes[l.Key().Scope()] = true
		}
	}
	return r, nil
}

// family is the groups of the close with all that they buy from or sell to.
func family(m *month.Work) map[string]bool {
	parents := map[string]string{}
	for _, g := range m.Config.BillingGroups {
		parents[g.ID] = g.Parent
	}
	family := map[string]bool{}
	for id := range m.Groups {
		for id != "" && !family[id] {
			family[id] = true
			id = parents[id]
		}
	}
	for id := range parents {
		seen := map[string]bool{}
		for up := id; up != "" && !seen[up]; up = parents[up] {
			seen[up] = true
			if m.Groups[up] {
				family[id] = true
			}
		}
	}
	return family
}

// pooled are the accounts of pools that one of the groups bears: its share
// depends on what others use there.
func pooled(m *month.Work, groups map[string]bool) map[string]bool {
	accounts := map[string]bool{}
	for _, pool := range m.Config.Pools {
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
