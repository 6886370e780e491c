package month

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sort"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

// Work is a month in work.
type Work struct {
	Period   billing.Period
	Config   billing.Config
	Loads    []store.Load
	Left     []store.Load // current, but of sources that are not declared any more
	Session  engine.Session
	Revision string
	Preview  bool
	Groups   map[string]bool   // that the close is of; nil when it is of all
	Found    []billing.Finding // by the stages

	statements  []statement.Statement   // of the charges; see Statements
	Commitments []commitment.Commitment // of the loads; see ReadCommitments
	lake        []assign.Sum            // of the loads; see LakeSums
	changes     []commitment.Change     // of the parts; see CommitmentChanges
}

// Statements sums the charges up, once: what the documents are made from is
// what they are proved against.
func (m *Work) Statements(ctx context.Context) (_ []statement.Statement, err error) {
	if m.statements == nil {
		m.statements, err = statement.Read(ctx, m.Session, m.Period, m.Config.Accounts)
	}
	return m.statements, err
}

// ReadCommitments reads the inventory of the month's commitments, once: it is a
// pass over all lines. The month is open (assign.Open).
func (home *Installation) ReadCommitments(ctx context.Context, m *Work) ([]commitment.Commitment, error) {
	if m.Commitments == nil {
		work, err := home.Assigned(m)
		if err != nil {
			return nil, err
		}
		if m.Commitments, err = commitment.Read(ctx, m.Session, work); err != nil {
			return nil, err
		}
	}
	return m.Commitments, nil
}

// LakeSums adds the lines of the lake up, once. The month is open (assign.Open).
func (m *Work) LakeSums(ctx context.Context) (_ []assign.Sum, err error) {
	if m.lake == nil {
		m.lake, err = assign.Sums(ctx, m.Session)
	}
	return m.lake, err
}

// CommitmentChanges adds up what commitments changed, once. The view parts is open.
func (m *Work) CommitmentChanges(ctx context.Context) (_ []commitment.Change, err error) {
	if m.changes == nil {
		m.changes, err = commitment.Changes(ctx, m.Session)
	}
	return m.changes, err
}

// Open finds the loads in force and opens a session for them.
func (home *Installation) Open(ctx context.Context, c billing.Config, period billing.Period) (*Work, error) {
	loads, left, err := home.InForce(ctx, c, period)
	if err != nil {
		return nil, err
	}
	if len(loads) == 0 {
		return nil, fmt.Errorf("nothing is loaded for %s: no source has it; `sluice ingest --file … --payer … --period %s` loads files by hand", period, period)
	}
	for _, l := range loads {
		if err := CheckLayout(l); err != nil {
			return nil, err
		}
	}
	s, err := home.Engine.Session(ctx)
	if err != nil {
		return nil, err
	}
	return &Work{Period: period, Config: c, Loads: loads, Left: left, Session: s}, nil
}

// Assigned is the month as the stages work on it.
func (home *Installation) Assigned(m *Work) (assign.Month, error) {
	a := assign.Month{Period: m.Period, Config: m.Config}
	for _, l := range m.Loads {
		payer, err := PayerOf(m.Config, l.Payer)
		if err != nil {
			return a, err
		}
		files, err := home.Lake.LineItems(m.Period, l.Payer, l.ID)
		if err != nil {
			return a, err
		}
		a.Loads = append(a.Loads, assign.Load{ID: l.ID, Payer: payer, Files: files, Keys: home.Lake.Keys(m.Period, l.Payer, l.ID)})
	}
	return a, nil
}

// Inputs names the provider's files and the rules by their contents, so that
// the same inputs give the same document wherever it is made (R31).
func (m *Work) Inputs() (invoice.Inputs, error) {
	in := invoice.Inputs{Config: Ruling(m.Config)}
	for _, l := range m.Loads {
		hash := sha256.New()
		for _, f := range l.Files {
			fmt.Fprintf(hash, "%s\n", f.SHA256)
		}
		in.Loads = append(in.Loads, fmt.Sprintf("%s %s sha256:%s", l.Payer, l.Report, hex.EncodeToString(hash.Sum(nil))))
	}
	sort.Strings(in.Loads)
	return in, nil
}

// CloseGroups makes the close one of some billing groups. Only their drafts
// become final; all others are those of a preview.
func (m *Work) CloseGroups(ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	m.Groups = map[string]bool{}
	for _, id := range ids {
		if !HasGroup(m.Config, id) {
			return fmt.Errorf("there is no billing group %q", id)
		}
		m.Groups[id] = true
	}
	return nil
}

// closing takes up again what a rating says of itself.
func (m *Work) closing(detail Rating) {
	m.Preview = detail.Preview
	if len(detail.Groups) > 0 {
		m.Groups = map[string]bool{}
		for _, id := range detail.Groups {
			m.Groups[id] = true
		}
	}
}

// GroupNames are the groups that a close is of, sorted; none when it is of all.
func (m *Work) GroupNames() []string { return slices.Sorted(maps.Keys(m.Groups)) }

// Previews tells whether a group's draft is one of a preview.
func (m *Work) Previews(group string) bool {
	return m.Preview || m.Groups != nil && !m.Groups[group]
}
