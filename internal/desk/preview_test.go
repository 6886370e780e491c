package desk_test

import (
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/trial"
)

var period = sample.DemoMonths()[0]

// demo is the demo with its first month closed, and nothing issued.
func demo(t *testing.T) *app.App {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	if err := sample.Demo(ctx, dir, 1); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(ctx, app.Options{Dir: dir, Now: func() time.Time { return time.Date(2026, 10, 6, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	wanted, err := config.Load(filepath.Join(dir, "reseller.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range wanted.BillingGroups {
		wanted.BillingGroups[i].Invoice.Expect = nil
	}
	apply(t, a, wanted)
	if _, err := a.Pipeline.Close(ctx, period, false); err != nil {
		t.Fatal(err)
	}
	return a
}

func apply(t *testing.T, a *app.App, wanted billing.Config) {
	t.Helper()
	changes, err := a.Plan(t.Context(), wanted, true)
	if err == nil {
		err = a.Apply(t.Context(), changes)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestPreview(t *testing.T) {
	a := demo(t)
	for _, x := range []struct {
		name string
		test func(*testing.T, *app.App)
	}{{"as it is", asItIs}, {"of the month", ofMonth}, {"of the group", ofGroup}, {"refused", refused}, {"priced", priced}, {"issued", issued}} {
		t.Run(x.name, func(t *testing.T) { x.test(t, a) })
	}
}

// drafts are the documents of a group on record.
func drafts(t *testing.T, a *app.App, group string) []invoice.Invoice {
	t.Helper()
	all, err := a.Documents.Invoices(t.Context(), period)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(x invoice.Invoice) bool { return x.Group != group })
}

func preview(t *testing.T, a *app.App, in desk.PreviewInput) desk.InvoicePreview {
	t.Helper()
	p, err := try(t, a, in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// try previews with the configuration in force where none is given.
func try(t *testing.T, a *app.App, in desk.PreviewInput) (desk.InvoicePreview, error) {
	t.Helper()
	in.Period = period
	if in.Config.Reseller == nil {
		var err error
		if in.Config, err = a.Config(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return a.Documents.Preview(t.Context(), in)
}

// sameDocuments compares documents as they are kept.
func sameDocuments(t *testing.T, got, want []invoice.Invoice) {
	t.Helper()
	x, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if string(x) != string(y) {
		t.Errorf("previewed\n%s\ndrafted\n%s", x, y)
	}
}

// Without anything tried, a preview is the draft on record, of each group.
func asItIs(t *testing.T, a *app.App) {
	c, err := a.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range c.BillingGroups {
		for _, layer := range []desk.Layer{desk.LayerMonth, desk.LayerGroup} {
			p := preview(t, a, desk.PreviewInput{Group: g.ID, Layer: layer})
			sameDocuments(t, p.Documents, drafts(t, a, g.ID))
			if len(p.Changes)+len(p.Settings)+len(p.Rating)+len(p.Overruled) > 0 {
				t.Errorf("%s %s: %+v", g.ID, layer, p)
			}
		}
	}
}

var tried = map[string]json.RawMessage{
	"discount": json.RawMessage(`{"percent": "12.5"}`), "note": json.RawMessage(`"Paid by card"`), "expect": json.RawMessage("null"),
}

// A preview of settings of the month is what is drafted once they are saved; until
// then nothing on record changes.
func ofMonth(t *testing.T, a *app.App) {
	const group = "mueller-main"
	before := drafts(t, a, group)
	p := preview(t, a, desk.PreviewInput{Group: group, Layer: desk.LayerMonth, Settings: tried})
	sameDocuments(t, drafts(t, a, group), before)
	if !slices.Equal(p.Settings, []string{"discount", "note"}) || len(p.Changes) != len(before) || len(before) == 0 {
		t.Fatalf("settings %v, changes %+v", p.Settings, p.Changes)
	}
	c := p.Changes[0]
	fields := map[string]string{}
	for _, f := range c.Fields {
		fields[f.Path] = string(f.After)
	}
	if c.Change != "changed" || fields["note"] != `"Paid by card"` || !strings.Contains(fields["discounts"], `"percent":"12.5"`) || fields["total"] == "" {
		t.Errorf("%+v", c)
	}
	if !c.Total.Before.Equal(before[0].Total) || !c.Total.After.Equal(p.Documents[0].Total) || !c.Total.Difference.Equal(c.Total.After.Sub(c.Total.Before)) || c.Total.Difference.Sign() >= 0 {
		t.Errorf("total %+v of %s", c.Total, before[0].Total)
	}
	if err := a.Documents.EditMonthSettings(t.Context(), period, []string{group}, tried); err != nil {
		t.Fatal(err)
	}
	redraft(t, a, group)
	sameDocuments(t, p.Documents, drafts(t, a, group))
}

func redraft(t *testing.T, a *app.App, group string) {
	t.Helper()
	if _, err := a.Pipeline.Draft(t.Context(), period, []string{group}); err != nil {
		t.Fatal(err)
	}
}

// A preview of what a group declares is what is drafted once that is applied and the
// month takes it.
func ofGroup(t *testing.T, a *app.App) {
	const group = "sakura-main"
	c, err := a.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == group })
	c.Customers = slices.Clone(c.Customers)
	of := slices.IndexFunc(c.Customers, func(x billing.Customer) bool { return x.ID == c.BillingGroups[at].Customer })
	c.Customers[of].Name = "Sakura Renamed"
	over := maps.Clone(tried)
	if c.BillingGroups[at].Template != "" {
		delete(over, "discount")
	}
	p := preview(t, a, desk.PreviewInput{Group: group, Layer: desk.LayerGroup, Config: c, Settings: over})
	if !p.OwnSettings || len(p.Changes) == 0 || len(p.Rating) > 0 {
		t.Errorf("%+v", p.Changes)
	}
	c.BillingGroups = slices.Clone(c.BillingGroups)
	if c.BillingGroups[at].Invoice, err = invoice.Layer(c.BillingGroups[at].Invoice, over); err != nil {
		t.Fatal(err)
	}
	apply(t, a, c)
	if err := a.Documents.RevertMonthSettings(t.Context(), period, []string{group}); err != nil {
		t.Fatal(err)
	}
	redraft(t, a, group)
	sameDocuments(t, p.Documents, drafts(t, a, group))
}

// What could not be declared is refused, and says where.
func refused(t *testing.T, a *app.App) {
	for _, layer := range []desk.Layer{desk.LayerMonth, desk.LayerGroup} {
		_, err := try(t, a, desk.PreviewInput{Group: "mueller-main", Layer: layer, Settings: map[string]json.RawMessage{"coupons": json.RawMessage(`["NO-SUCH"]`)}})
		var problems config.Problems
		if !errors.As(err, &problems) || !strings.Contains(problems[0].Path, "invoice.coupons[0]") {
			t.Errorf("%s: %v", layer, err)
		}
	}
	if _, err := try(t, a, desk.PreviewInput{Group: "nobody", Layer: desk.LayerMonth}); err == nil {
		t.Error("of a group that there is not")
	}
}

// What decides on prices is named, and the amounts stay those of the charges in force.
// A dry run that drafts prices it: its document comes to what the difference says.
func priced(t *testing.T, a *app.App) {
	const group = "hanbit-main"
	c, err := a.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.BillingGroups = slices.Clone(c.BillingGroups)
	c.PriceBooks = append(slices.Clone(c.PriceBooks), billing.PriceBook{ID: "double", Rules: []billing.PriceRule{{Name: "all", Percent: new(money.FromInt(100))}}})
	at := slices.IndexFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == group })
	c.BillingGroups[at].PriceBook = billing.Attach("double")
	p := preview(t, a, desk.PreviewInput{Group: group, Layer: desk.LayerMonth, Config: c})
	was := drafts(t, a, group)
	if len(p.Rating) == 0 || len(was) != 1 || len(p.Documents) != 1 || !p.Documents[0].UsageTotal.Equal(was[0].UsageTotal) {
		t.Errorf("rating %v, %d documents", p.Rating, len(p.Documents))
	}
	run, err := a.Trials.DryRun(t.Context(), trial.DryRunInput{Period: period, Config: c, Group: group, Draft: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Documents) != 1 || run.Documents[0].UsageTotal.Cmp(was[0].UsageTotal) <= 0 {
		t.Fatalf("%+v", run.Documents)
	}
	exact := money.Zero
	for _, acc := range run.Documents[0].Accounts {
		for _, l := range acc.Lines {
			if l.Kind != statement.Entry {
				exact = exact.Add(l.Cost)
			}
		}
	}
	if len(run.Groups) != 1 || len(run.Groups[0].Totals) != 1 || !run.Groups[0].Totals[0].After.Equal(exact) {
		t.Errorf("the document has usage of %s, the difference %+v", exact, run.Groups)
	}
	sameDocuments(t, drafts(t, a, group), was)
}

// Of what is issued a preview is the note that would correct it or, where it is left
// aside, the whole invoice.
func issued(t *testing.T, a *app.App) {
	const group = "mueller-main"
	was := drafts(t, a, group)
	if _, err := a.Documents.Issue(t.Context(), []string{was[0].ID}, a.Today()); err != nil {
		t.Fatal(err)
	}
	over := map[string]json.RawMessage{"discount": json.RawMessage(`{"percent": "50"}`)}
	note := preview(t, a, desk.PreviewInput{Group: group, Layer: desk.LayerMonth, Settings: over})
	if len(note.Documents) != 1 || note.Documents[0].Document != invoice.DocumentCreditNote || len(note.Changes) != 1 || note.Changes[0].Change != "new" {
		t.Fatalf("%+v", note)
	}
	whole := preview(t, a, desk.PreviewInput{Group: group, Layer: desk.LayerMonth, Settings: over, Anew: true})
	if len(whole.Documents) != 1 || whole.Documents[0].Document != invoice.DocumentInvoice || whole.Documents[0].Corrects != nil {
		t.Fatalf("%+v", whole.Documents)
	}
	if !was[0].Total.Add(note.Documents[0].Total).Equal(whole.Documents[0].Total) {
		t.Errorf("%s issued and a note of %s are not %s", was[0].Total, note.Documents[0].Total, whole.Documents[0].Total)
	}
}
