package handover

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func onPostgres() bool { return os.Getenv("SLUICE_TEST_DATABASE") == "postgres" }

// All tests of this package that keep records run on PostgreSQL as well, in a process
// of their own.
func TestAllOnPostgreSQL(t *testing.T) {
	if onPostgres() {
		t.Skip("it runs the others on PostgreSQL, and this is that run")
	}
	postgrestest.URL(t) // skips this one where there is no PostgreSQL
	run := exec.CommandContext(t.Context(), os.Args[0], "-test.count=1", "-rapid.checks=20")
	run.Env = append(os.Environ(), "SLUICE_TEST_DATABASE=postgres")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("on PostgreSQL: %v\n%s", err, out)
	}
}

var template struct {
	sync.Mutex
	place string
}

// migrated is a database with tables and without rows; copying it is quicker than
// making the tables.
func migrated(t *testing.T) string {
	t.Helper()
	template.Lock()
	defer template.Unlock()
	if template.place == "" {
		empty, _ := postgrestest.Copy(t, "postgres:///template0") // it goes with the server
		s, err := store.Open(t.Context(), empty)
		ok(t, err)
		ok(t, s.Close())
		template.place = empty
	}
	return template.place
}

// clock is a clock that stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// mailbox takes messages as a mail server does.
type mailbox struct {
	mu   sync.Mutex
	got  []Mail
	fail error // what it says instead of taking a message
	// before is called before a message is taken.
	before func(Mail)
}

func (b *mailbox) take(_ context.Context, m Mail) (Receipt, error) {
	if b.before != nil {
		b.before(m)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, m)
	if b.fail != nil {
		return Receipt{Taken: m.Taken}, b.fail
	}
	return Receipt{MessageID: m.Key + "@example.com", Taken: slices.Concat(m.To, m.Cc)}, nil
}

func (b *mailbox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.got)
}

// world is an installation that may hand over on this machine.
type world struct {
	*Handovers
	t       *testing.T
	clock   *clock
	box     *mailbox
	dataset map[string]string // files of every data set
}

func newWorld(t *testing.T) world {
	t.Helper()
	for _, name := range []string{"SLUICE_MASTER_KEY", "SLUICE_MASTER_KEY_FILE"} {
		t.Setenv(name, "")
	}
	dir := t.TempDir()
	place := filepath.Join(dir, "sluice.db")
	if onPostgres() {
		var drop func()
		place, drop = postgrestest.Copy(t, migrated(t))
		t.Cleanup(drop)
	}
	s, err := store.Open(t.Context(), place)
	ok(t, err)
	t.Cleanup(func() { s.Close() })
	keys, err := secret.Open(t.Context(), dir, s)
	ok(t, err)
	w := world{t: t, box: &mailbox{}, dataset: map[string]string{"cost/part-0.csv": "a,b\n1,2\n", "cost/part-1.csv": "a,b\n3,4\n"}}
	w.clock = &clock{at: time.Now().UTC().Truncate(time.Microsecond)}
	material := Material{
		Document: func(_ context.Context, id, format string) (File, error) {
			if format == "broken" {
				return File{}, errors.New("the font is missing")
			}
			return File{Name: "INV-" + filepath.Base(id) + "." + format, MediaType: "application/" + format, Data: []byte(id + " as " + format)}, nil
		},
		Dataset: func(_ context.Context, d Data, dir string) error {
			for name, text := range w.dataset {
				file := filepath.Join(dir, filepath.FromSlash(name))
				if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
					return err
				}
			}
			return nil
		},
		Mail: w.box.take,
		Peppol: func(_ context.Context, document, format string, f File) (Receipt, error) {
			return Receipt{Detail: fmt.Sprintf("%s %s %d bytes", document, format, len(f.Data))}, nil
		},
	}
	w.Handovers = New(s, keys, w.clock.now, material, Options{
		AllowPrivate: true, Timeout: 20 * time.Second, Scratch: dir,
		LinkURL: func(_ context.Context, owner, token string) (string, error) {
			return "https://" + owner + ".example.com/l/" + token, nil
		},
	})
	var groups []store.Resource
	for _, group := range []string{"acme-main", "acme-lab", "bolt-main"} {
		spec := fmt.Sprintf(`{"customer":%q}`, group[:4])
		groups = append(groups, store.Resource{Kind: "billing_groups", ID: group, Spec: []byte(spec)})
	}
	ok(t, s.Apply(t.Context(), "ann", groups, nil))
	ok(t, s.SwapRated(t.Context(), store.Rated{Revision: "r1", Period: october, Config: "c"}))
	return w
}

var october = billing.PeriodOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))

// issue issues a document of a group.
func (w world) issue(id, group string, kind invoice.DocumentKind) store.Invoice {
	w.t.Helper()
	text, err := json.Marshal(map[string]any{"id": id, "document": kind, "group": group, "customer": group[:4]})
	ok(w.t, err)
	ctx := w.t.Context()
	_, err = w.records.ReplaceDrafts(ctx, october, []string{group}, []store.Invoice{{ID: id, Group: group, Period: october, Document: text, Rated: "r1"}})
	ok(w.t, err)
	issued, err := w.records.IssueInvoice(ctx, store.Issue{Invoice: id, Series: "INV", By: "ann", At: time.Now()}, func(_ store.Invoice, seq int64) (string, json.RawMessage, error) {
		return fmt.Sprintf("INV-%d", seq), text, nil
	})
	ok(w.t, err)
	return issued
}

func (w world) happens(d store.Invoice, kind invoice.EventKind, step int) {
	w.t.Helper()
	_, err := w.records.AppendEvent(w.t.Context(), invoice.Event{Invoice: d.ID, Kind: kind, Hash: d.Hash, On: billing.DayOf(time.Now()), Step: step, By: "ann"})
	ok(w.t, err)
}

// published issues and publishes an invoice.
func (w world) published(id, group string) store.Invoice {
	w.t.Helper()
	d := w.issue(id, group, invoice.DocumentInvoice)
	w.happens(d, invoice.EventPublished, 0)
	return d
}

// mailWish is a wish for invoices by mail.
func mailWish(change ...func(*Wish)) Wish {
	w := Wish{What: []string{"invoice"}, Formats: []string{"pdf"}, By: ByMail, When: When{On: OnPublish}, To: []string{"billing@acme.example"}}
	for _, c := range change {
		c(&w)
	}
	return w
}

func (w world) add(wish Wish, plain string) Route {
	w.t.Helper()
	r, err := w.Add(w.t.Context(), Order{Owner: store.RootOrganization, Customer: "acme", Wish: wish, Secret: secret.TextOf(plain)}, "ann")
	ok(w.t, err)
	return r
}

func (w world) deliver(want int) time.Time {
	w.t.Helper()
	sent, next, err := w.Deliver(w.t.Context())
	ok(w.t, err)
	if sent != want {
		all, err := w.List(w.t.Context(), store.HandoverFilter{})
		ok(w.t, err)
		var problems bytes.Buffer
		for _, x := range all {
			fmt.Fprintf(&problems, "\n%s %s %s: %s", x.What, x.Subject, x.State, x.Problem)
		}
		w.t.Fatalf("%d were handed over, want %d%s", sent, want, problems.String())
	}
	return next
}

// one is the only hand-over there is.
func (w world) one() store.Handover {
	w.t.Helper()
	all, err := w.List(w.t.Context(), store.HandoverFilter{})
	ok(w.t, err)
	if len(all) != 1 {
		w.t.Fatalf("there are %d hand-overs, want 1: %+v", len(all), all)
	}
	return all[0]
}

// sentEvents are the days on which a document was sent, with how.
func (w world) sentEvents(id string) (details []string) {
	w.t.Helper()
	events, err := w.records.Events(w.t.Context(), id)
	ok(w.t, err)
	for _, e := range events {
		if e.Kind == invoice.EventSent {
			details = append(details, e.Detail)
		}
	}
	return details
}
