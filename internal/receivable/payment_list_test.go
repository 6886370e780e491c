package receivable

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// An amount is read as the bank writes it, or refused: 1,50 is never 150.
func TestAmountsOfABank(t *testing.T) {
	for _, test := range []struct{ text, point, comma string }{ // empty: refused
		{"1234.50", "1234.50", ""},
		{"1,234.50", "1234.50", ""},
		{"12,34,567.50", "1234567.50", ""}, // lakhs
		{"1234,50", "", "1234.50"},
		{"1.234,50", "", "1234.50"},
		{"1,50", "", "1.50"},
		{"-0,5", "", "-0.5"},
		{"+700", "700", "700"},
		{"1,234", "1234", "1.234"},
		{"1.234", "1.234", "1234"},
		{"1,2345.00", "", ""},
		{",500", "", ""},
		{"1E+05", "", ""},
		{"1'234.50", "", ""},
		{"", "", ""},
		{strings.Repeat("9", 65), "", ""},
	} {
		for want, list := range map[string]PaymentList{test.point + " point": {}, test.comma + " comma": {DecimalComma: true}} {
			want, _, _ = strings.Cut(want, " ")
			got, err := list.amount(test.text)
			if (err != nil) != (want == "") || err == nil && !got.Equal(money.MustParse(want)) {
				t.Errorf("%q, decimal comma %v, is %s, %v; want %q", test.text, list.DecimalComma, got, err, want)
			}
			if err != nil && !strings.Contains(err.Error(), "--decimal-comma") {
				t.Errorf("%q: %v does not say what to try", test.text, err)
			}
		}
	}
}

// booked are issued documents with these numbers, all in dollars.
func booked(numbers ...string) (books invoice.Receivables) {
	for _, n := range numbers {
		books.Documents = append(books.Documents, invoice.Receivable{ID: "id of " + n, Number: n, Currency: "USD"})
	}
	return books
}

func TestNumbersInAReference(t *testing.T) {
	books := booked("INV-2026-1", "INV-2026-2", "INV-2026-12", "2026-1", "Ü1")
	for text, want := range map[string]string{
		"your INV-2026-1, thanks":        "INV-2026-1",
		"INV-2026-2/INV-2026-1":          "INV-2026-1 INV-2026-2",
		"INV-2026-12":                    "INV-2026-12",
		"INV-2026-12 and INV-2026-1":     "INV-2026-1 INV-2026-12",
		"INV-2026-123":                   "",
		"XINV-2026-2":                    "",
		"2026-1":                         "2026-1",
		"2026-1 INV-2026-1 INV-2026-2":   "INV-2026-1 INV-2026-2 2026-1",
		"ÜÜ1 but then Ü1":                "Ü1",
		"nothing":                        "",
		"INV-2026-1 INV-2026-1 and more": "INV-2026-1",
	} {
		if got := strings.Join(numbersIn(books, text, "USD"), " "); got != want {
			t.Errorf("in %q are %q, want %q", text, got, want)
		}
	}
	if got := numbersIn(books, "INV-2026-1", "EUR"); got != nil {
		t.Errorf("a payment in euros is for %v, which are in dollars", got)
	}
}

// A line that is imported again is the same payment, also where an invoice that
// its reference names was issued since.
func TestPaymentListedAgain(t *testing.T) {
	books := booked("INV-1", "INV-2")
	payment := invoice.Payment{Key: "B-1", Reference: "INV-1 and INV-2", Currency: "USD"}
	if got := documentsFor(books, payment); !slices.Equal(got, []string{"INV-1", "INV-2"}) {
		t.Errorf("it is for %v", got)
	}
	books.Payments = []invoice.Payment{{Key: "B-1", Named: "INV-1"}}
	if got := documentsFor(books, payment); !slices.Equal(got, []string{"INV-1"}) {
		t.Errorf("once it is on record for INV-1, it is for %v", got)
	}
}

// What is no list is refused before anything is read from the records.
func TestPaymentListsThatCannotBeRead(t *testing.T) {
	for want, list := range map[string]string{
		"the file is not UTF-8 text; save it as": "date,amount,key,payer\n2026-10-01,5,B-1,M\xffller\n",
		"the file is a workbook":                 "PK\x03\x04",
		"the file is larger than 8 MB":           strings.Repeat("x", 8<<20+1),
		"the list is empty":                      "\ufeff",
		`the list has no column "key"`:           "\ufeffdate,amount\n",
	} {
		lines, err := (&Receivables{}).Import(t.Context(), strings.NewReader(list), PaymentList{Separator: ','}, false)
		if lines != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the list gave %v, %v; want %s", lines, err, want)
		}
	}
}

// A number may hold the sign that stands before an amount.
func TestDocumentsAreNamedWithAmounts(t *testing.T) {
	named, err := claimsNamed(booked("A=1", "A"), []string{"A=1", "A=1.50"})
	if err != nil || named[0].Number != "A=1" || named[0].part != nil || named[1].Number != "A" || named[1].part.String() != "1.5" {
		t.Errorf("all of A=1, and 1.50 for A, are %+v, %v", named, err)
	}
}
