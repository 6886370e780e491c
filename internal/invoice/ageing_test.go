package invoice

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// books of acme: five invoices due on 2026-12-31, 11-30, 10-31, 09-30 and 08-31,
// one of them half paid, a credit note, a payment of which 5 is unallocated.
func acmeBooks() Receivables {
	document := func(id, kind, group, issued, due, payable string) Receivable {
		return Receivable{ID: id, Number: "N-" + id, Document: kind, Customer: "acme", Buyer: "ACME, Inc.", Group: group, Currency: "USD", Digits: 2,
			Issued: onDay(issued), Due: onDay(due), Payable: amount(payable)}
	}
	settle := func(source string, kind PaymentKind, invoice, on, part string) Settlement {
		return Settlement{Source: source, Kind: kind, Invoice: invoice, On: onDay(on), Amount: amount(part)}
	}
	return Receivables{
		Documents: []Receivable{
			document("11", "invoice", "main", "2026-12-05", "2026-12-31", "1000"),
			document("10", "invoice", "main", "2026-11-05", "2026-11-30", "200"),
			document("09", "invoice", "lab", "2026-10-05", "2026-10-31", "30"),
			document("08", "invoice", "lab", "2026-09-05", "2026-09-30", "4"),
			document("07", "invoice", "lab", "2026-08-05", "2026-08-31", "0.5"),
			document("cn", "credit-note", "main", "2026-11-10", "2026-11-10", "-20"),
		},
		Payments: []Payment{
			{ID: "P-000001", Kind: PaidIn, Customer: "acme", On: onDay("2026-11-20"), Amount: amount("105"), Currency: "USD"},
		},
		Settlements: []Settlement{
			settle("P-000001", PaidIn, "10", "2026-11-20", "100"),
			settle("cn", FromCreditNote, "10", "2026-12-01", "8"),
		},
	}
}

func columns(a Ageing) string {
	return fmt.Sprint(a.Customer, " ", a.Group, " ", a.NotDue, " ", a.To30, " ", a.To60, " ", a.To90, " ", a.Over90, " ", a.Credit, " ", a.Total)
}

// By hand. As of 2026-12-31 the ages are 0, 31, 61, 92 and 122 days; 92 of the
// second is open. On 2026-11-15 nothing is paid yet.
func TestAgeing(t *testing.T) {
	tests := []struct {
		asOf    string
		byGroup bool
		want    []string
	}{
		{"2026-12-31", false, []string{"acme  1000 0 92 30 4.5 -17 1109.5"}},
		{"2026-12-30", false, []string{"acme  1000 92 30 0 4.5 -17 1109.5"}}, // 30, 60, 91 and 121 days
		{"2026-11-15", false, []string{"acme  200 30 4 0.5 0 -20 214.5"}},
		{"2026-12-31", true, []string{"acme  0 0 0 0 0 -5 -5", "acme lab 0 0 0 30 4.5 0 34.5", "acme main 1000 0 92 0 0 -12 1080"}},
		{"2026-08-04", false, nil},
	}
	for _, test := range tests {
		rows := acmeBooks().Ageing(onDay(test.asOf), test.byGroup)
		var got []string
		for _, r := range rows {
			got = append(got, columns(r))
		}
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("as of %s: %q, want %q", test.asOf, got, test.want)
		}
	}
}

// By hand: before November 0.5 + 4 + 30 were asked for.
func TestAccountStatement(t *testing.T) {
	books := acmeBooks()
	tests := []struct {
		of   []AccountStatement
		want string
	}{
		{books.OfCustomer("acme", onDay("2026-11-01"), onDay("2026-11-30")),
			"34.5; 2026-11-05 invoice N-10 200 234.5; 2026-11-10 credit-note N-cn -20 214.5; 2026-11-20 payment P-000001 -105 109.5; " +
				"109.5"},
		{books.OfGroup("main", onDay("2026-11-12"), onDay("2026-12-31")),
			"180; 2026-11-20 payment P-000001 -100 80; " +
				"2026-12-01 credit-note N-cn 8 88; 2026-12-01 credit-note N-cn -8 80; 2026-12-05 invoice N-11 1000 1080; 1080"},
	}
	for _, test := range tests {
		if len(test.of) != 1 {
			t.Fatalf("%d statements, want 1", len(test.of))
		}
		s := test.of[0]
		got := s.Opening.String() + "; "
		for _, l := range s.Lines {
			got += fmt.Sprint(l.On, " ", l.What, " ", l.Name, " ", l.Amount, " ", l.Balance, "; ")
		}
		if got += s.Closing.String(); got != test.want {
			t.Errorf("statement of %s is\n%s, want\n%s", s.Holder, got, test.want)
		}
	}
}

// Whatever was paid when and for what: what a customer owes by age is the
// closing balance of the statement of account, and groups add up to it.
func TestAgeingIsTheClosingBalance(t *testing.T) {
	first := onDay("2026-09-01")
	someDay := rapid.Map(rapid.IntRange(0, 150), func(n int) billing.Day { return first + billing.Day(n) })
	yen := rapid.Map(rapid.Int64Range(-500, 2_000), money.FromInt)
	rapid.Check(t, func(t *rapid.T) {
		var books Receivables
		settled := func(id string) money.Decimal { return Settled(id, books.Settlements) }
		for i := range rapid.IntRange(1, 6).Draw(t, "documents") {
			issued := someDay.Draw(t, "issued")
			books.Documents = append(books.Documents, Receivable{ID: fmt.Sprint("d", i), Customer: "acme", Group: fmt.Sprint(i % 2), Currency: "JPY",
				Issued: issued, Due: issued + billing.Day(rapid.IntRange(0, 60).Draw(t, "terms")), Payable: yen.Draw(t, "payable")})
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "payments") {
			p := Payment{ID: fmt.Sprint("p", i), Kind: PaidIn, Customer: "acme", On: someDay.Draw(t, "on"), Amount: yen.Draw(t, "amount"), Currency: "JPY"}
			var claims []Claim
			for _, d := range books.Documents {
				claims = append(claims, Claim{ID: d.ID, Issued: d.Issued, Open: d.Payable.Sub(settled(d.ID))})
			}
			parts, _, err := Allocate(p.Amount, p.On, claims)
			if err != nil {
				t.Fatal(err)
			}
			books.Payments = append(books.Payments, p)
			for _, part := range parts {
				books.Settlements = append(books.Settlements, Settlement{Source: p.ID, Kind: p.Kind, Invoice: part.Invoice, Amount: part.Amount, On: part.On})
			}
		}
		asOf := someDay.Draw(t, "as of")
		for _, byGroup := range []bool{false, true} {
			total := money.Zero
			for _, a := range books.Ageing(asOf, byGroup) {
				total = total.Add(a.Total)
				if sum := money.Sum(a.NotDue, a.To30, a.To60, a.To90, a.Over90, a.Credit); !sum.Equal(a.Total) {
					t.Fatalf("the parts come to %s, the total is %s", sum, a.Total)
				}
			}
			closing := money.Zero
			for _, s := range books.OfCustomer("acme", asOf-30, asOf) {
				closing = closing.Add(s.Closing)
			}
			if !closing.Equal(total) {
				t.Fatalf("by age %s is owed, by the statement %s", total, closing)
			}
		}
	})
}
