package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sort"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

// Closing says how a month is closed. The zero Closing is a final close of all
// of it.
type Closing struct {
	// Preview goes on where a final close would be held, and marks the drafts.
	Preview bool
	// Groups, where given, are the ids of billing groups that are closed alone:
	// what is about others only does not hold them, their drafts are final, all
	// others those of a preview, and the month's state does not become closed.
	Groups []string
	// Wait queues behind another run on the month; without, that is a *BusyError.
	Wait bool
}

// Close is CloseBy for all of a month, final or as a preview.
func (p *Pipeline) Close(ctx context.Context, period billing.Period, preview bool) (Certificate, error) {
	return p.CloseBy(ctx, period, Closing{Preview: preview})
}

// CloseBy runs the whole pipeline of a month: it loads what is new, prices it,
// drafts the invoices and proves them. Unless it is a preview, open holds end it
// with a *HeldError after the charges and the findings are written, so that what
// holds can be looked at.
func (p *Pipeline) CloseBy(ctx context.Context, period billing.Period, by Closing) (Certificate, error) {
	unlock, err := p.lockPatiently(ctx, period, by.Wait)
	if err != nil {
		return Certificate{}, err
	}
	defer unlock()
	c, err := p.Config(ctx)
	if err != nil {
		return Certificate{}, err
	}
	if c.Reseller == nil {
		return Certificate{}, errors.New("nothing is declared yet: write a configuration file and apply it with `sluice apply -f FILE`")
	}
	if _, err := p.ingestSources(ctx, c, period, ""); err != nil {
		return Certificate{}, err
	}
	debug.FreeOSMemory() // what parsing took is the engine's now
	m, err := p.openMonth(ctx, c, period)
	if err != nil {
		return Certificate{}, err
	}
	defer m.session.Close()
	m.preview = by.Preview
	if err := m.closeGroups(by.Groups); err != nil {
		return Certificate{}, err
	}
	if err := p.rate(ctx, m); err != nil {
		return Certificate{}, err
	}
	if err := p.priceEntries(ctx, m); err != nil {
		return Certificate{}, err
	}
	held, err := p.judge(ctx, m)
	if err != nil {
		return Certificate{}, err
	}
	if len(held) > 0 && !by.Preview {
		return Certificate{}, &HeldError{period, held}
	}
	if err := p.draft(ctx, m, nil); err != nil {
		return Certificate{}, err
	}
	certificate, err := p.certify(ctx, m)
	if err != nil || by.Preview {
		return certificate, err
	}
	return certificate, p.settle(ctx, m, certificate)
}

// month is a month in work.
type month struct {
	period   billing.Period
	config   billing.Config
	loads    []store.Load
	left     []store.Load // current, but of sources that are not declared any more
	session  engine.Session
	revision string
	preview  bool
	groups   map[string]bool   // that the close is of; nil when it is of all
	found    []billing.Finding // by the stages

	statements  []statement.Statement   // of the charges; see readStatements
	commitments []commitment.Commitment // of the loads; see readCommitments
}

// readStatements sums the charges up, once: what the documents are made from is
// what they are proved against.
func (m *month) readStatements(ctx context.Context) (_ []statement.Statement, err error) {
	if m.statements == nil {
		m.statements, err = statement.Read(ctx, m.session, m.period, m.config.Accounts)
	}
	return m.statements, err
}

// readCommitments reads the inventory of the month's commitments, once: it is a
// pass over all lines. The month is open (assign.Open).
func (p *Pipeline) readCommitments(ctx context.Context, m *month) ([]commitment.Commitment, error) {
	if m.commitments == nil {
		work, err := p.assigned(m)
		if err != nil {
			return nil, err
		}
		if m.commitments, err = commitment.Read(ctx, m.session, work); err != nil {
			return nil, err
		}
	}
	return m.commitments, nil
}

// openMonth finds the loads in force and opens a session for them.
func (p *Pipeline) openMonth(ctx context.Context, c billing.Config, period billing.Period) (*month, error) {
	loads, left, err := p.inForce(ctx, c, period)
	if err != nil {
		return nil, err
	}
	if len(loads) == 0 {
		return nil, fmt.Errorf("nothing is loaded for %s: no source has it; `sluice ingest --file … --payer … --period %s` loads files by hand", period, period)
	}
	for _, l := range loads {
		if err := checkLayout(l); err != nil {
			return nil, err
		}
	}
	s, err := p.Engine.Session(ctx)
	if err != nil {
		return nil, err
	}
	return &month{period: period, config: c, loads: loads, left: left, session: s}, nil
}

// inForce returns the loads that a month consists of: the current ones, but
// for those of a source that is not declared any more, which are left out.
// A renamed source would otherwise bill its month twice.
func (p *Pipeline) inForce(ctx context.Context, c billing.Config, period billing.Period) (in, left []store.Load, err error) {
	current, err := p.Store.CurrentLoads(ctx, period)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range current {
		if l.Source == byHand || hasSource(c, l.Source) {
			in = append(in, l)
		} else {
			left = append(left, l)
		}
	}
	return in, left, nil
}

// assigned is the month as the stages work on it.
func (p *Pipeline) assigned(m *month) (assign.Month, error) {
	a := assign.Month{Period: m.period, Config: m.config}
	for _, l := range m.loads {
		payer, err := payerOf(m.config, l.Payer)
		if err != nil {
			return a, err
		}
		files, err := p.Lake.LineItems(m.period, l.Payer, l.ID)
		if err != nil {
			return a, err
		}
		a.Loads = append(a.Loads, assign.Load{ID: l.ID, Payer: payer, Files: files, Keys: p.Lake.Keys(m.period, l.Payer, l.ID)})
	}
	return a, nil
}

// rate writes the charges as a new revision and makes it current when its
// money is the money of the loads.
func (p *Pipeline) rate(ctx context.Context, m *month) error {
	m.revision = ulid.Make().String()
	if err := p.price(ctx, m, p.Lake); err != nil {
		return errors.Join(err, os.RemoveAll(p.Lake.RatedDir(m.period, m.revision)), os.RemoveAll(p.Lake.AppliedDir(m.period, m.revision)))
	}
	if err := p.putRating(ctx, m); err != nil {
		return err
	}
	return p.sweepRatings(ctx, m)
}

// price runs the stages assign, commitment and rating, each over what the one
// before left, and opens the charges. What they write goes into the given lake.
func (p *Pipeline) price(ctx context.Context, m *month, into lake.Lake) error {
	work, err := p.assigned(m)
	if err != nil {
		return err
	}
	if err := assign.Open(ctx, m.session, work); err != nil {
		return err
	}
	used, err := p.commit(ctx, m, work, into)
	if err != nil {
		return err
	}
	report, err := rating.Rate(ctx, m.session, rating.Input{Month: work, Dir: into.RatedDir(m.period, m.revision)})
	if err != nil {
		return err
	}
	if err := used.Kept("summing usage", report); err != nil {
		return err
	}
	files, err := into.Charges(m.period, m.revision, "")
	if err != nil {
		return err
	}
	if err := m.session.View(ctx, "charges", files); err != nil {
		return err
	}
	return rating.Conserved(ctx, m.session, report)
}

// putRating makes the month's revision the one in force.
func (p *Pipeline) putRating(ctx context.Context, m *month) error {
	versions, err := p.bookVersions(ctx, m.config)
	if err != nil {
		return err
	}
	detail, err := json.Marshal(rated{m.config, m.preview, m.groupNames(), versions})
	if err != nil {
		return err
	}
	ids := make([]string, len(m.loads))
	for i, l := range m.loads {
		ids[i] = l.ID
	}
	return p.Store.SwapRated(ctx, store.Rated{Period: m.period, Revision: m.revision, Loads: ids, Config: ruling(m.config), Detail: detail})
}

// commit decides whose commitments cover what, and opens the lines' parts and
// the usage there is to price. It returns the lines and the money of the loads,
// which is what the lake must hold.
func (p *Pipeline) commit(ctx context.Context, m *month, work assign.Month, into lake.Lake) (billing.Report, error) {
	loaded := billing.Report{In: billing.Money{}}
	for _, l := range m.loads {
		totals, err := totalsOf(l)
		if err != nil {
			return loaded, err
		}
		for currency, sum := range totals.Money() {
			loaded.In.Add(currency, sum)
		}
		for _, i := range totals.Invoices {
			loaded.RowsIn += i.Rows
		}
	}
	in := commitment.Input{Month: work, Dir: into.AppliedDir(m.period, m.revision)}
	last, err := p.Store.CurrentRated(ctx, m.period)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return loaded, err
	}
	if err == nil {
		in.Last = p.Lake.AppliedDir(m.period, last.Revision)
	}
	done, err := commitment.Apply(ctx, m.session, in)
	if err != nil {
		return loaded, err
	}
	m.found, m.commitments = done.Findings, done.Commitments
	if diff := loaded.In.Minus(done.Report.In); len(diff) > 0 || loaded.RowsIn != done.Report.RowsIn {
		return loaded, fmt.Errorf("the lake does not hold what was ingested: it has %d lines of %d, and differs by %v; the files under %s were changed or lost. Ingest the month again",
			done.Report.RowsIn, loaded.RowsIn, diff, filepath.Dir(work.Loads[0].Files[0]))
	}
	return loaded, nil
}

// sweepRatings removes revisions that neither the records nor an issued
// invoice refer to.
func (p *Pipeline) sweepRatings(ctx context.Context, m *month) error {
	keep := map[string]bool{filepath.Base(p.Lake.RatedDir(m.period, m.revision)): true}
	invoices, err := p.Store.Invoices(ctx, m.period)
	if err != nil {
		return err
	}
	for _, i := range invoices {
		keep[filepath.Base(p.Lake.RatedDir(m.period, i.Rated))] = true
	}
	for _, dir := range []string{p.Lake.RatedDir(m.period, m.revision), p.Lake.AppliedDir(m.period, m.revision)} {
		if err := sweep(filepath.Dir(dir), keep); err != nil {
			return err
		}
	}
	return nil
}

func sweep(parent string, keep map[string]bool) error {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !keep[e.Name()] {
			if err := os.RemoveAll(filepath.Join(parent, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// inputs names the provider's files and the rules by their contents, so that
// the same inputs give the same document wherever it is made (R31).
func (m *month) inputs() (invoice.Inputs, error) {
	in := invoice.Inputs{Config: ruling(m.config)}
	for _, l := range m.loads {
		hash := sha256.New()
		for _, f := range l.Files {
			fmt.Fprintf(hash, "%s\n", f.SHA256)
		}
		in.Loads = append(in.Loads, fmt.Sprintf("%s %s sha256:%s", l.Payer, l.Report, hex.EncodeToString(hash.Sum(nil))))
	}
	sort.Strings(in.Loads)
	return in, nil
}
