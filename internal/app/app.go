// Package app wires an installation together: the folder that holds its
// records and its lake, and the adapters behind the seams.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/answer"
	"github.com/sluice-billing/sluice/internal/backup"
	"github.com/sluice-billing/sluice/internal/bookuse"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/exchange"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/insight"
	"github.com/sluice-billing/sluice/internal/item"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/mailroom"
	"github.com/sluice-billing/sluice/internal/membership"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/press"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/trial"
)

// MailOptions say how mail and hand-overs go out.
type MailOptions = mailroom.Options

// Options of an installation.
type Options struct {
	Dir    string // holds records and lake; made when it is not there
	Memory string // bound of the SQL engine, such as "1200MB" (the default)
	// Database is where the records are, for store.Open: the address of a PostgreSQL
	// database, or a path. Empty for sluice.db in Dir.
	Database string
	// Mail says how mail and hand-overs go out; a server says it when it knows where it is.
	Mail MailOptions
	// Now is the clock; the real one when nil. The demo sets it, so that its
	// months are over whenever it is run.
	Now func() time.Time
}

// goMemory is what the Go side of the process aims to stay below, in bytes;
// it is parsing that needs it, and the engine is idle then, so that a month of any
// size fits into 2 GiB.
const goMemory = 1400 << 20

// App is an open installation: what is declared in it, and a door for each subject.
type App struct {
	*month.Installation
	Pipeline    *pipeline.Pipeline
	Documents   *desk.Documents
	Items       *item.Items
	Rates       *exchange.Rates
	Entries     *adjustment.Entries
	Receivables *receivable.Receivables
	Earnings    *earnings.Earnings
	Trials      *trial.Trials
	Membership  *membership.Membership
	BookUses    *bookuse.Uses
	Answers     *answer.Answers
	Insights    *insight.Insights
	Explorer    *explore.Explorer
	Focus       *focus.Exports
	Press       *press.Press
	Backups     *backup.Backups

	Mail MailOptions // for Mailroom, of who has no others

	engine *duckdb.Engine
}

// Mailroom is the door to mail, routes and links, whose secrets the keys open. It works
// in the name of the installation's user.
func (a *App) Mailroom(keys *secret.Keyring, o MailOptions) *mailroom.Mailroom {
	return mailroom.New(a.Installation, keys, a.Documents, a.Receivables, a.Press, o)
}

// Open opens the installation in a folder.
func Open(ctx context.Context, o Options) (*App, error) {
	if o.Memory == "" {
		o.Memory = "1200MB"
	}
	debug.SetMemoryLimit(goMemory)
	debug.SetGCPercent(300) // there is room up to the limit, and collecting costs time
	if o.Now == nil {
		o.Now = time.Now
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the folder of the installation: %w", err)
	}
	records, err := store.Open(ctx, o.records())
	if err != nil {
		return nil, err
	}
	e, err := duckdb.Open(o.Memory, filepath.Join(dir, "spill"))
	if err != nil {
		return nil, errors.Join(err, records.Close())
	}
	home := &month.Installation{
		Store: records, Lake: lake.At(filepath.Join(dir, "lake")), Engine: e,
		Now: o.Now, User: userName(), Heads: new(month.Heads),
		Keys: keysOf(dir, records),
	}
	a := wired(home, e, explore.New(home))
	a.Mail = o.Mail
	return a, nil
}

// keysOf opens the keyring of an installation when it is asked for, once.
func keysOf(dir string, records secret.Records) func(context.Context) (*secret.Keyring, error) {
	var (
		mu   sync.Mutex
		keys *secret.Keyring
	)
	return func(ctx context.Context) (_ *secret.Keyring, err error) {
		mu.Lock()
		defer mu.Unlock()
		if keys == nil {
			keys, err = secret.Open(ctx, dir, records)
		}
		return keys, err
	}
}

// records is where the records are.
func (o Options) records() string { return cmp.Or(o.Database, filepath.Join(o.Dir, "sluice.db")) }

// SpoolFolder is the folder of an installation for files that are made to be
// downloaded, and go away after some days.
const SpoolFolder = "exports"

// Spool is where that folder is. It may not be there yet.
func (a *App) Spool() string { return filepath.Join(filepath.Dir(a.Lake.Root()), SpoolFolder) }

// Close ends the installation's engine and records.
func (a *App) Close() error { return errors.Join(a.engine.Close(), a.Store.Close()) }

// userName is who the audit names: the login of whoever runs the program.
func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}
