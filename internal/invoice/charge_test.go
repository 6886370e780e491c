package invoice_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// What is charged beside usage, from the settings as a person writes them to the
// lines of the documents: testdata/charge/*.txtar. config.yaml declares the groups;
// 2026-10.usage has a line "provider account kind service currency amount" for each
// line of the month's statement, the same for every group; 2026-10.lines is what the
// documents of the month say, one for each provider where the group is billed so.
// Where the settings are refused, problems is all there is.
func TestCharges(t *testing.T) {
	files, err := filepath.Glob("testdata/charge/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no cases in testdata/charge", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := charged(t, archive)
			for i, f := range archive.Files {
				want, expected := got[f.Name]
				if !expected || want == string(f.Data) {
					continue
				}
				if !*update {
					t.Errorf("%s is\n%s\nwant\n%s", f.Name, want, f.Data)
				}
				archive.Files[i].Data = []byte(want)
			}
			for _, made := range slices.Sorted(keys(got)) {
				if !slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == made }) {
					t.Errorf("the archive has no file %s, which would be\n%s", made, got[made])
				}
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func keys(files map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range files {
			if !yield(name) {
				return
			}
		}
	}
}

// charged are the files that an archive's settings and statements make.
func charged(t *testing.T, archive *txtar.Archive) map[string]string {
	t.Helper()
	var declared billing.Config
	for _, f := range archive.Files {
		if f.Name == "config.yaml" {
			path := filepath.Join(t.TempDir(), f.Name)
			if err := os.WriteFile(path, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
			read, err := config.Read(path)
			if err != nil {
				return map[string]string{"problems": strings.ReplaceAll(err.Error(), filepath.Dir(path)+"/", "") + "\n"}
			}
			if problems := config.Check(read.Config); len(problems) > 0 {
				return map[string]string{"problems": problems.Error() + "\n"}
			}
			declared = read.Config
		}
	}
	made := map[string]string{}
	for _, f := range archive.Files {
		if in, ok := strings.CutSuffix(f.Name, ".usage"); ok {
			var lines strings.Builder
			for _, g := range declared.BillingGroups {
				writeDocuments(t, &lines, declared, g, statementOf(t, g.ID, month(in), string(f.Data)))
			}
			made[in+".lines"] = lines.String()
		}
	}
	return made
}

func statementOf(t *testing.T, group string, period billing.Period, usage string) statement.Statement {
	t.Helper()
	s := statement.Statement{Group: group, Period: period}
	for row := range strings.Lines(usage) {
		words := strings.Fields(row)
		if len(words) != 6 {
			t.Fatalf("%q is not: provider account kind service currency amount", row)
		}
		at := slices.IndexFunc(s.Accounts, func(a statement.Account) bool { return a.ID == words[1] })
		if at < 0 {
			at = len(s.Accounts)
			s.Accounts = append(s.Accounts, statement.Account{ID: words[1], Payer: "p", Provider: words[0]})
		}
		s.Accounts[at].Lines = append(s.Accounts[at].Lines, statement.Line{
			Kind: statement.Kind(words[2]), Service: words[3], Currency: money.Currency(words[4]), Amount: dec(words[5]),
		})
	}
	return s
}

// writeDocuments drafts a group's documents, the first by provider with what the
// month is charged once, and writes what each says.
func writeDocuments(t *testing.T, w *strings.Builder, c billing.Config, g billing.BillingGroup, s statement.Statement) {
	t.Helper()
	for _, template := range c.InvoiceTemplates {
		if template.ID == g.Template {
			g.Invoice = invoice.Master(g.Invoice, template.Invoice)
		}
	}
	set := invoice.Settings{
		Customer: billing.Customer{ID: g.Customer}, Group: g, Services: c.BillingServices, Coupons: c.Coupons, Rates: c.ExchangeRates,
	}
	providers := []string{""}
	if g.Invoice.PerProvider && len(s.Accounts) > 0 {
		providers = nil
		for _, a := range s.Accounts {
			providers = append(providers, a.Provider)
		}
		slices.Sort(providers)
		providers = slices.Compact(providers)
	}
	for i, provider := range providers {
		of, with := s, set
		with.Provider = provider
		if provider != "" {
			of.Accounts = slices.DeleteFunc(slices.Clone(s.Accounts), func(a statement.Account) bool { return a.Provider != provider })
		}
		if i > 0 {
			with = with.OfEachProvider()
		}
		inv := draft(t, of, with)
		if i > 0 && inv.BearsOnce() {
			t.Errorf("%s is charged what the month is charged once", inv.ID)
		}
		takenBack(t, inv)
		seen(t, inv)
		writeDocument(w, inv)
	}
}

// takenBack wants a credit note to take back all that a document says, and the
// document to be made again from itself.
func takenBack(t *testing.T, inv invoice.Invoice) {
	t.Helper()
	again, err := inv.Of(inv.Statement())
	if err != nil || text(t, again) != text(t, inv) {
		t.Errorf("%s is made again as\n%s%v", inv.ID, text(t, again), err)
	}
	inv.State = invoice.Issued
	void := invoice.Void([]invoice.Invoice{inv}, "wrong")
	if d := invoice.Check(void); len(d) > 0 {
		t.Errorf("what takes %s back does not prove itself: %+v", inv.ID, d)
	}
	of, back := inv.Sums(), void.Sums()
	for i := range of {
		if !of[i].Amount.Add(back[i].Amount).IsZero() {
			t.Errorf("%s: of %s, %s is charged and %s taken back", inv.ID, of[i].Part, of[i].Amount, back[i].Amount)
		}
	}
	if inv.Empty() != void.Empty() {
		t.Errorf("%s and what takes it back do not both say something", inv.ID)
	}
}

// seen wants every charge in the comparison and in the CSV, whose rows add up to the
// total.
func seen(t *testing.T, inv invoice.Invoice) {
	t.Helper()
	compared := invoice.Compare(nil, []invoice.Invoice{inv}).Parts
	for _, sum := range inv.Sums() {
		there := slices.ContainsFunc(compared, func(p invoice.PartChange) bool {
			return p.Part == sum.Part && p.Of == "" && p.Now.Equal(sum.Amount)
		})
		if !there && !sum.Amount.IsZero() {
			t.Errorf("%s: the comparison does not say that %s come to %s", inv.ID, sum.Part, sum.Amount)
		}
	}
	var text strings.Builder
	format, err := deliver.ByName("csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := format.Write(&text, deliver.Document{Invoice: inv}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(text.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kind, amount, sum := slices.Index(rows[0], "kind"), slices.Index(rows[0], "amount"), money.Zero
	for _, row := range rows[1:] {
		if row[kind] == "total" {
			break
		}
		sum = sum.Add(dec(row[amount]))
	}
	if !sum.Equal(inv.Total) {
		t.Errorf("%s: the rows of the CSV come to %s, the document to %s", inv.ID, sum, inv.Total)
	}
	for c := range inv.Charges() {
		if !slices.ContainsFunc(rows, func(row []string) bool { return row[kind] == c.Kind && row[amount] == c.Amount.Fixed(inv.Digits) }) {
			t.Errorf("%s: the CSV has no row %s of %s", inv.ID, c.Kind, c.Amount)
		}
	}
}

// writeDocument writes the lines of a document and their sums, in the order of
// section E.
func writeDocument(w *strings.Builder, inv invoice.Invoice) {
	if inv.Empty() {
		fmt.Fprintf(w, "%s: no document\n", inv.ID)
		return
	}
	fmt.Fprintf(w, "%s: %s in %s\n", inv.ID, inv.Document, inv.Currency)
	line := func(part, label string, amount money.Decimal, notes ...string) {
		row := fmt.Sprintf("  %-17s %-34s %12s  %s", part, label, amount.Fixed(inv.Digits), strings.Join(notes, " "))
		fmt.Fprintln(w, strings.TrimRight(row, " "))
	}
	line("usage", "", inv.UsageTotal)
	for c := range inv.Charges() {
		notes := []string{c.Account, c.Provider, c.Tax}
		if c.TaxFree {
			notes = append(notes, "tax free")
		}
		if c.First != nil && c.Last != nil {
			notes = append(notes, c.First.String(), "to", c.Last.String())
		}
		line(c.Part, c.Name(), c.Amount, slices.DeleteFunc(notes, func(s string) bool { return s == "" })...)
	}
	line("before tax", "", inv.BeforeTax)
	for _, x := range inv.Taxes {
		line("tax", fmt.Sprintf("%s %s %% of %s", x.Category, x.Percent, x.Base.Fixed(inv.Digits)), x.Amount)
	}
	line("total", "", inv.Total)
}
