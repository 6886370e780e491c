// Package report keeps questions on usage that are asked again by schedule, and the
// files that come of them. A report belongs to one user. What it may see is not
// decided here: whoever makes it asks in that user's name, with the rights that the
// user has at that moment.
package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

const (
	folder   = "reports" // of the installation
	keep     = 90 * 24 * time.Hour
	mostOwn  = 50 // reports of one user
	mostText = 2000
)

// Order is what a report asks, and when.
type Order struct {
	Name         string
	Organization string // empty for all of the user's
	Question     string // the query of the question, without its months
	When         Schedule
}

// Report is an order of a user.
type Report struct {
	ID, User string
	Who      json.RawMessage // how the user had proved who they are when they ordered it
	Order
	Due     time.Time // next, UTC
	Problem string    // why it was not made last time; empty where it was
	Created time.Time
}

// File is what was made of a report: CSV.
type File struct {
	ID, Report  string
	Period      billing.Period
	Made        time.Time
	Rows, Bytes int64
}

// InvalidError says what is wrong with an order: Field is name, question, cadence or
// day.
type InvalidError struct{ Field, Message string }

// Error says it for people.
func (e *InvalidError) Error() string { return "the " + e.Field + " " + e.Message }

// Reports are those of an installation.
type Reports struct {
	store *store.Store
	dir   string
	now   func() time.Time
}

// New returns the reports of the installation in a folder.
func New(records *store.Store, dir string, now func() time.Time) *Reports {
	return &Reports{records, filepath.Join(dir, folder), now}
}

// chosenByReport are parameters that a report sets itself.
var chosenByReport = []string{"period", "from", "to", "organization", "limit", "cursor"}

func (o Order) check() error {
	switch n := utf8.RuneCountInString(strings.TrimSpace(o.Name)); {
	case n == 0:
		return &InvalidError{"name", "is missing"}
	case n > 200:
		return &InvalidError{"name", "has more than 200 characters"}
	case len(o.Question) > mostText:
		return &InvalidError{"question", fmt.Sprintf("has more than %d characters", mostText)}
	}
	query, err := url.ParseQuery(o.Question)
	if err != nil {
		return &InvalidError{"question", "is no query such as by=day,service"}
	}
	for name := range query {
		if slices.Contains(chosenByReport, name) {
			return &InvalidError{"question", fmt.Sprintf("names %q, which the report chooses itself", name)}
		}
	}
	return o.When.check()
}

// Create adds a report of a user, due first when its schedule says next. It is an
// *InvalidError where the order is wrong.
func (rs *Reports) Create(ctx context.Context, user string, who json.RawMessage, o Order) (Report, error) {
	if err := o.check(); err != nil {
		return Report{}, err
	}
	own, err := rs.Of(ctx, user)
	if err != nil {
		return Report{}, err
	}
	if len(own) >= mostOwn {
		return Report{}, fmt.Errorf("you have %d reports, and more are not made; remove one first", len(own))
	}
	now := rs.now().UTC().Truncate(time.Microsecond)
	r := Report{ID: ulid.Make().String(), User: user, Who: who, Order: o, Due: o.When.Next(now), Created: now}
	return r, rs.store.PutReport(ctx, r.stored())
}

// Change gives a report of a user another order. It is due when the new schedule says
// next.
func (rs *Reports) Change(ctx context.Context, user, id string, who json.RawMessage, o Order) (Report, error) {
	r, err := rs.One(ctx, user, id)
	if err != nil {
		return Report{}, err
	}
	if err := o.check(); err != nil {
		return Report{}, err
	}
	r.Order, r.Who, r.Due, r.Problem = o, who, o.When.Next(rs.now()), ""
	return r, rs.store.PutReport(ctx, r.stored())
}

// Remove takes a report of a user away, with its files.
func (rs *Reports) Remove(ctx context.Context, user, id string) error {
	files, err := rs.Files(ctx, user, id)
	if err != nil {
		return err
	}
	if err := rs.store.DeleteReport(ctx, id); err != nil {
		return err
	}
	for _, f := range files {
		if removed := os.Remove(rs.file(f.ID)); removed != nil && !errors.Is(removed, fs.ErrNotExist) {
			err = errors.Join(err, removed)
		}
	}
	return err
}

// Of are the reports of a user, the oldest first.
func (rs *Reports) Of(ctx context.Context, user string) ([]Report, error) {
	stored, err := rs.store.Reports(ctx, user)
	all := make([]Report, len(stored))
	for i, x := range stored {
		all[i] = reportOf(x)
	}
	return all, err
}

// One is a report of a user. Those of others are not on record.
func (rs *Reports) One(ctx context.Context, user, id string) (Report, error) {
	own, err := rs.Of(ctx, user)
	if err != nil {
		return Report{}, err
	}
	if i := slices.IndexFunc(own, func(r Report) bool { return r.ID == id }); i >= 0 {
		return own[i], nil
	}
	return Report{}, fmt.Errorf("report %s %w", id, store.ErrNotFound)
}

// Files are what was made of a report of a user, the newest first.
func (rs *Reports) Files(ctx context.Context, user, id string) ([]File, error) {
	if _, err := rs.One(ctx, user, id); err != nil {
		return nil, err
	}
	stored, err := rs.store.ReportFiles(ctx, id)
	all := make([]File, len(stored))
	for i, f := range stored {
		all[i] = File(f)
	}
	return all, err
}

// Read returns a file of a user's reports, and its report.
func (rs *Reports) Read(ctx context.Context, user, file string) ([]byte, File, Report, error) {
	f, x, err := rs.store.ReportFile(ctx, user, file)
	if err != nil {
		return nil, File{}, Report{}, err
	}
	data, err := os.ReadFile(rs.file(f.ID))
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("report file %s %w: it is older than %d days", file, store.ErrNotFound, int(keep.Hours()/24))
	}
	return data, File(f), reportOf(x), err
}

// file is where a file lies; its id was made here.
func (rs *Reports) file(id string) string { return filepath.Join(rs.dir, filepath.Base(id)+".csv") }

func (r Report) stored() store.Report {
	return store.Report{
		ID: r.ID, User: r.User, Who: r.Who, Organization: r.Organization, Name: strings.TrimSpace(r.Name), Question: r.Question,
		Cadence: string(r.When.Cadence), Day: r.When.Day, Due: r.Due, Problem: r.Problem, Created: r.Created,
	}
}

func reportOf(x store.Report) Report {
	return Report{
		ID: x.ID, User: x.User, Who: x.Who, Due: x.Due, Problem: x.Problem, Created: x.Created,
		Order: Order{Name: x.Name, Organization: x.Organization, Question: x.Question, When: Schedule{Cadence(x.Cadence), x.Day}},
	}
}
