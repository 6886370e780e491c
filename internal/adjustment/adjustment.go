// Package adjustment owns the adjusting entries on record: it collects them from the
// lines of a month, follows the rules of the configuration, keeps what people decide
// on them, divides them, puts them on the statements of their groups, and proves that
// none is lost. What an entry is, and what may become of it, is of package entry.
package adjustment

import "github.com/sluice-billing/sluice/internal/month"

// Entries are the adjusting entries of an installation.
type Entries struct{ home *month.Installation }

// New returns the adjusting entries of an installation.
func New(home *month.Installation) *Entries { return &Entries{home} }
