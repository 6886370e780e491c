package einvoice

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
)

// plain is a document as reading finds it: an address has three lines at most, and
// what only the invoice knows is gone.
func plain(d Document) string {
	for _, p := range []*Party{&d.Seller, &d.Buyer} {
		first, second, rest := addressLines(p.Address)
		p.Address.Lines = lines(first, second, rest)
	}
	if d.DeliverTo != nil {
		to := *d.DeliverTo
		first, second, rest := addressLines(to)
		to.Lines = lines(first, second, rest)
		d.DeliverTo = &to
	}
	b, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// What is written of an invoice reads back the same, whatever the format.
func TestReadBack(t *testing.T) {
	inv := issued(t, firstOf(between()), secondOf(between()))
	for _, p := range profiles {
		if p.japan {
			continue
		}
		d, gaps := p.document(inv)
		if len(gaps) > 0 {
			t.Errorf("%s: %v", p.name, gaps)
		}
		back, err := Read(p.encode(d).bytes())
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
		if got, want := plain(back), plain(d); got != want {
			t.Errorf("%s: read back as\n%s\nwritten from\n%s", p.name, got, want)
		}
	}
}

func firstOf[A, B any](a A, _ B) A  { return a }
func secondOf[A, B any](_ A, b B) B { return b }

// The official test suite of XRechnung has each invoice in both syntaxes: both say
// the same amounts, and these keep the sums of EN 16931 (BR-CO-10 to BR-CO-16).
func TestReadTestSuite(t *testing.T) {
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	files, err := filepath.Glob(filepath.Join(root, "xrechnung-testsuite", "standard", "*_ubl.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the sample data xrechnung-testsuite is not here; set SLUICE_TESTDATA to its folder")
	}
	pairs := 0
	for _, file := range files {
		d := readFile(t, file)
		sums(t, file, d)
		other := strings.Replace(file, "_ubl.xml", "_uncefact.xml", 1)
		if _, err := os.Stat(other); err != nil {
			continue
		}
		pairs++
		if got, want := totals(readFile(t, other)), totals(d); got != want {
			t.Errorf("%s says %s, as UBL %s", filepath.Base(other), got, want)
		}
	}
	if pairs < 20 {
		t.Errorf("%d pairs of files were compared", pairs)
	}
}

func readFile(t *testing.T, file string) Document {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read(data)
	if err != nil {
		t.Errorf("%s: %v", filepath.Base(file), err)
	}
	return d
}

func totals(d Document) string {
	b, err := json.Marshal([]any{
		d.Number, d.Issued, d.Currency, d.Seller.Name, d.Buyer.Name, len(d.Lines), len(d.Adjustments),
		d.LineTotal, d.Allowances, d.Charges, d.WithoutTax, d.Tax, d.WithTax, d.Prepaid, d.Rounding, d.Payable,
	})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func sums(t *testing.T, file string, d Document) {
	t.Helper()
	amount, tax := money.Zero, money.Zero
	for _, l := range d.Lines {
		amount = amount.Add(l.Amount)
	}
	for _, row := range d.Taxes {
		tax = tax.Add(row.Amount)
	}
	for _, sum := range []struct {
		of        string
		got, want money.Decimal
	}{
		{"lines", amount, d.LineTotal}, {"taxes", tax, d.Tax},
		{"total without tax", d.LineTotal.Sub(d.Allowances).Add(d.Charges), d.WithoutTax},
		{"total with tax", d.WithoutTax.Add(d.Tax), d.WithTax},
	} {
		if !sum.got.Equal(sum.want) {
			t.Errorf("%s: %s come to %s, the file says %s", filepath.Base(file), sum.of, sum.got, sum.want)
		}
	}
	if d.Number == "" || d.Currency == "" || d.Issued == nil || d.Seller.Name == "" || d.Buyer.Name == "" {
		t.Errorf("%s: number %q, currency %q, of %v, from %q to %q", filepath.Base(file), d.Number, d.Currency, d.Issued, d.Seller.Name, d.Buyer.Name)
	}
}

// What is not read says why.
func TestReadRefuses(t *testing.T) {
	invoice := func(inside string) string { return "<Invoice>" + inside + "</Invoice>" }
	for _, c := range []struct{ name, file, says string }{
		{"nothing", "", "not one element"},
		{"text", "invoice", "not one element"},
		{"another file", "<html></html>", "it begins with <html>"},
		{"cut off", "<Invoice><ID>1", "unexpected EOF"},
		{"declarations", "<!DOCTYPE Invoice [<!ENTITY a \"aaaa\">]>" + invoice("<ID>&a;</ID>"), "declarations of its own"},
		{"an entity", invoice("<ID>&a;</ID>"), "invalid character entity"},
		{"two documents", invoice("") + invoice(""), "not one element"},
		{"deep", strings.Repeat("<a>", 100), "inside of each other"},
		{"words for an amount", invoice("<LegalMonetaryTotal><PayableAmount>ten</PayableAmount></LegalMonetaryTotal>"), `"ten" of <PayableAmount> cannot be read`},
		{"an exponent", invoice("<LegalMonetaryTotal><PayableAmount>1e64</PayableAmount></LegalMonetaryTotal>"), "no decimal number"},
		{"no day", invoice("<IssueDate>2026-02-30</IssueDate>"), "the date"},
		{"another alphabet", "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>" + invoice(""), "Shift_JIS"},
	} {
		if _, err := Read([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; it should say %q", c.name, err, c.says)
		}
	}
}

// Whatever is read, reading ends, and what it finds can be written and read again.
func FuzzRead(f *testing.F) {
	s, set := between()
	inv := issued(f, s, set)
	for _, p := range profiles {
		d, _ := p.document(inv)
		f.Add(p.encode(d).bytes())
	}
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`))
	f.Add([]byte(`<CreditNote xmlns="urn:x"><LegalMonetaryTotal><PayableAmount>-0.50</PayableAmount></LegalMonetaryTotal></CreditNote>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Read(data)
		if err != nil {
			return
		}
		for _, encode := range []func(Document) *element{encodeUBL, encodeCII} {
			if _, err := Read(encode(d).bytes()); err != nil {
				t.Errorf("what was read cannot be read again: %v", err)
			}
		}
	})
}
