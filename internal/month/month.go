// Package month is what all that is done with months stands on: an installation – its
// records, its lake, its engine, and who works on it now –, what is declared in it, and
// a month in work: the loads in force, the configuration, the charges in view, and how
// they are priced. In what order a month is worked on is of package pipeline; what is
// made of it, of the packages between the two.
package month

import (
	"context"
	"time"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// Installation is where months are worked on: its records, its lake and its engine.
type Installation struct {
	Store  *store.Store
	Lake   lake.Lake
	Engine engine.Engine
	Now    func() time.Time // UTC
	User   string           // who is named in the audit
	Heads  *Heads           // of documents that were read; may be nil
	// Keys opens the keyring of the installation, made at first use.
	Keys func(context.Context) (*secret.Keyring, error)
}
