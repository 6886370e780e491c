package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
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
	// Wait queues behind another run on the month; without, that is a month.ErrBusy.
	Wait bool
}

// Close is CloseBy for all of a month, final or as a preview.
func (p *Pipeline) Close(ctx context.Context, period billing.Period, preview bool) (proof.Certificate, error) {
	return p.CloseBy(ctx, period, Closing{Preview: preview})
}

// CloseBy runs the whole pipeline of a month: it loads what is new, prices it,
// drafts the invoices and proves them. Unless it is a preview, open holds end it
// with a *HeldError after the charges and the findings are written, so that what
// holds can be looked at.
func (p *Pipeline) CloseBy(ctx context.Context, period billing.Period, by Closing) (proof.Certificate, error) {
	ctx, unlock, err := p.home.LockPatiently(ctx, period, by.Wait)
	if err != nil {
		return proof.Certificate{}, err
	}
	defer unlock()
	c, err := p.home.Config(ctx)
	if err != nil {
		return proof.Certificate{}, err
	}
	if c.Reseller == nil {
		return proof.Certificate{}, errors.New("nothing is declared yet: write a configuration file and apply it with `sluice apply -f FILE`")
	}
	if _, err := p.ingestSources(ctx, c, period, ""); err != nil {
		return proof.Certificate{}, err
	}
	debug.FreeOSMemory() // what parsing took is the engine's now
	m, err := p.home.Open(ctx, c, period)
	if err != nil {
		return proof.Certificate{}, err
	}
	defer m.Session.Close()
	m.Preview = by.Preview
	if err := m.CloseGroups(by.Groups); err != nil {
		return proof.Certificate{}, err
	}
	if err := p.rate(ctx, m); err != nil {
		return proof.Certificate{}, err
	}
	if err := p.entries.Price(ctx, m); err != nil {
		return proof.Certificate{}, err
	}
	held, err := p.judge(ctx, m)
	if err != nil {
		return proof.Certificate{}, err
	}
	if len(held) > 0 && !by.Preview {
		return proof.Certificate{}, &HeldError{period, held}
	}
	if err := p.documents.Draft(ctx, m, nil); err != nil {
		return proof.Certificate{}, err
	}
	certificate, err := p.certify(ctx, m)
	if err != nil || by.Preview {
		return certificate, err
	}
	return certificate, p.settle(ctx, m, certificate)
}

// rate writes the charges as a new revision and makes it current when its
// money is the money of the loads.
func (p *Pipeline) rate(ctx context.Context, m *month.Work) error {
	m.Revision = ulid.Make().String()
	if err := p.home.Price(ctx, m, p.home.Lake); err != nil {
		return errors.Join(err, os.RemoveAll(p.home.Lake.RatedDir(m.Period, m.Revision)), os.RemoveAll(p.home.Lake.AppliedDir(m.Period, m.Revision)))
	}
	if err := p.putRating(ctx, m); err != nil {
		return err
	}
	return p.sweepRatings(ctx, m)
}

// putRating makes the month's revision the one in force.
func (p *Pipeline) putRating(ctx context.Context, m *month.Work) error {
	versions, err := p.home.BookVersions(ctx, m.Config)
	if err != nil {
		return err
	}
	detail, err := json.Marshal(month.Rating{Config: m.Config, Preview: m.Preview, Groups: m.GroupNames(), BookVersions: versions})
	if err != nil {
		return err
	}
	ids := make([]string, len(m.Loads))
	for i, l := range m.Loads {
		ids[i] = l.ID
	}
	return p.home.Store.SwapRated(ctx, store.Rated{Period: m.Period, Revision: m.Revision, Loads: ids, Config: month.Ruling(m.Config), Detail: detail})
}

// sweepRatings removes revisions that neither the records nor an issued
// invoice refer to.
func (p *Pipeline) sweepRatings(ctx context.Context, m *month.Work) error {
	keep := map[string]bool{filepath.Base(p.home.Lake.RatedDir(m.Period, m.Revision)): true}
	invoices, err := p.home.Store.Invoices(ctx, m.Period)
	if err != nil {
		return err
	}
	for _, i := range invoices {
		keep[filepath.Base(p.home.Lake.RatedDir(m.Period, i.Rated))] = true
	}
	for _, dir := range []string{p.home.Lake.RatedDir(m.Period, m.Revision), p.home.Lake.AppliedDir(m.Period, m.Revision)} {
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

// HeldError says what stops a close.
type HeldError struct {
	Period   billing.Period
	Findings []month.Finding // of severity hold, not waived
}

// Error counts the findings and says where they are listed.
func (e *HeldError) Error() string {
	n := len(e.Findings)
	plural := "s hold"
	if n == 1 {
		plural = " holds"
	}
	return fmt.Sprintf("%d finding%s the close of %s; `sluice status %s` lists them. Resolve them and close again, waive them with `sluice waive`, or look ahead with --preview", n, plural, e.Period, e.Period)
}
