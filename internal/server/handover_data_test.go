package server

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/mailroom"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// mailing is the mail room of a copy of the pattern, on a day long after its documents
// were due.
func mailing(t *testing.T, o app.MailOptions) (*app.App, *mailroom.Mailroom, *mailSink) {
	t.Helper()
	from, err := pattern()
	ok(t, err)
	dir := t.TempDir()
	ok(t, os.CopyFS(dir, os.DirFS(from)))
	a, err := app.Open(t.Context(), app.Options{Dir: dir, Now: func() time.Time { return time.Date(2027, 6, 1, 9, 0, 0, 0, time.UTC) }})
	ok(t, err)
	t.Cleanup(func() { a.Close() })
	keys, err := secret.Open(t.Context(), dir, a.Store)
	ok(t, err)
	o.Origin = "https://billing.akatsuki.example"
	m, sink := a.Mailroom(keys, o), startMail(t)
	_, err = brand.New(a.Store).Save(t.Context(), brand.Brand{Organization: "reseller", Name: "Akatsuki Cloud", Sender: brand.Sender{Address: "billing@akatsuki.example"}}, "ann")
	ok(t, err)
	_, err = m.SaveServer(t.Context(), "reseller", mailroom.Settings{Host: "127.0.0.1", Port: sink.port, Security: letter.None}, nil, nil, "ann")
	ok(t, err)
	return a, m, sink
}

func added(t *testing.T, m *mailroom.Mailroom, customer string, w handover.Wish) handover.Route {
	t.Helper()
	r, err := m.Handovers.Add(t.Context(), handover.Order{Owner: "reseller", Customer: customer, Wish: w}, "ann")
	ok(t, err)
	return r
}

// Reminders of customers with a route for them go by mail, each step once; those of
// others are left to whoever writes them.
func TestRemindersGoByMail(t *testing.T) {
	a, m, sink := mailing(t, app.MailOptions{Private: true})
	before, err := a.Receivables.Reminders(t.Context(), a.Today())
	ok(t, err)
	added(t, m, "aozora", handover.Wish{What: []string{"reminder"}, Formats: []string{"pdf"}, By: handover.ByMail, When: handover.When{On: handover.OnPublish}, To: []string{"keiri@aozora.example"}})
	for range 2 {
		_, err = m.Deliver(t.Context())
		ok(t, err)
	}
	got := sink.all()
	if len(got) != 1 || !slices.Equal(got[0].to, []string{"keiri@aozora.example"}) {
		t.Fatalf("there are %d letters of %d reminders", len(got), len(before))
	}
	if _, files := got[0].parts(t); len(files) != 1 {
		t.Errorf("the letter has %d files, want the invoice", len(files))
	}
	after, err := a.Receivables.Reminders(t.Context(), a.Today())
	ok(t, err)
	if len(before) < 2 || len(after) != len(before)-1 {
		t.Errorf("%d reminders were due, and %d are", len(before), len(after))
	}
}

// Data sets go into a folder with what says that they are whole.
func TestDataSetsAreHandedOver(t *testing.T) {
	_, m, _ := mailing(t, app.MailOptions{Private: true})
	out := t.TempDir()
	r := added(t, m, "aozora", handover.Wish{
		What: []string{"statement", "focus", "cur2"}, Formats: []string{"csv", "json", "parquet"}, By: handover.ByFolder, When: handover.When{On: handover.OnRequest},
		Target: "file://" + out + "/{what}/{period}",
	})
	for _, what := range r.What {
		month := closedMonth
		if what == "statement" {
			month = "2026-10" // in which July was issued
		}
		_, err := m.Handovers.Ask(t.Context(), r.ID, what, month, "ann")
		ok(t, err)
	}
	sent, err := m.Deliver(t.Context())
	ok(t, err)
	if all, err := m.Handovers.List(t.Context(), store.HandoverFilter{}); err != nil || sent != 3 {
		t.Fatalf("%d were handed over, %v: %+v", sent, err, all)
	}
	var names []string
	ok(t, filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(out, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}))
	for _, want := range []string{"statement/2026-10/json/statement-2026-10.json", "statement/2026-10/csv/statement-2026-10.csv", "focus/2026-07/parquet/", "focus/2026-07/csv/", "cur2/2026-07/parquet/", "manifest"} {
		if !strings.Contains(strings.Join(names, "\n"), want) {
			t.Errorf("%s is not among %q", want, names)
		}
	}
	text, err := os.ReadFile(filepath.Join(out, "statement", "2026-10", "json", "statement-2026-10.json"))
	ok(t, err)
	var says struct {
		Customer   string
		Statements []json.RawMessage
	}
	if err := json.Unmarshal(text, &says); err != nil || says.Customer != "aozora" || len(says.Statements) == 0 {
		t.Errorf("the statement is %s, %v", text, err)
	}
}

// Nobody makes the server speak to what is inside its network, and a seller without a
// mail server of its own uses the reseller's in its own name.
func TestWhoseMailServer(t *testing.T) {
	a, m, sink := mailing(t, app.MailOptions{})
	tried, err := m.Try(t.Context(), "reseller", "ann@example.com")
	if err != nil || tried.Good || !strings.Contains(tried.Says, "not on the public internet") {
		t.Errorf("a mail server on this machine is spoken to: %+v, %v", tried, err)
	}
	_, err = m.SaveServer(t.Context(), "reseller", mailroom.Settings{Host: "mail.example.com", Security: letter.None}, nil, nil, "ann")
	if err == nil {
		t.Error("mail may go in the open")
	}
	keys, err := secret.Open(t.Context(), filepath.Dir(a.Lake.Root()), a.Store)
	ok(t, err)
	m = a.Mailroom(keys, app.MailOptions{Private: true})
	ctx := billing.WithActor(context.Background(), billing.Actor{Name: "ann"})
	_, err = m.Try(ctx, "pinecrest", "ann@example.com")
	if err == nil || !strings.Contains(err.Error(), "no address to send mail from") {
		t.Errorf("a seller writes as nobody: %v", err)
	}
	_, err = brand.New(a.Store).Save(ctx, brand.Brand{Organization: "pinecrest", Name: "Pinecrest", Sender: brand.Sender{Address: "billing@pinecrest.example"}}, "ann")
	ok(t, err)
	tried, err = m.Try(ctx, "pinecrest", "ann@example.com")
	if got := sink.all(); err != nil || !tried.Good || len(got) != 1 || got[0].from != "billing@pinecrest.example" {
		t.Errorf("it went as %+v, %v", got, err)
	}
}
