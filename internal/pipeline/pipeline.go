// Package pipeline runs the stages in their order, for one month at a time:
// collect, ingest, assign, commit, rate, state, draft, reconcile. It keeps what each
// stage left behind in step with the records, refuses to go on when money
// that went into a stage did not come out of it, and certifies the whole. It
// owns when a month is ready, due, held, closed and open again; what is done
// with a month besides is of the packages that it, or app, stands on.
package pipeline

import (
	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/plugin"
)

// Pipeline runs the months of an installation.
type Pipeline struct {
	home      *month.Installation
	entries   *adjustment.Entries
	documents *desk.Documents
	collector *collect.Collector
}

// New returns the pipeline of an installation, which collects its entries and drafts
// its documents.
func New(home *month.Installation, entries *adjustment.Entries, documents *desk.Documents) *Pipeline {
	return &Pipeline{home, entries, documents, collect.New(home, plugin.Dial)}
}
