// Package trial owns what would be: months priced by another configuration or from
// other data, beside everything in force. It tells what that moves, which documents
// would be corrected, which closed months a change reaches, what an export says
// differently now, and gives the checks of price books a month to look at. Whatever it
// writes is gone in the end.
package trial

import (
	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/month"
)

// Trials are what can be tried out on an installation.
type Trials struct {
	home      *month.Installation
	entries   *adjustment.Entries
	documents *desk.Documents
}

// New returns the trials of an installation, whose entries stand on what is tried, and
// whose documents are drafted from it.
func New(home *month.Installation, entries *adjustment.Entries, documents *desk.Documents) *Trials {
	return &Trials{home, entries, documents}
}
