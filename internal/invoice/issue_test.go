package invoice_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

func TestSeries(t *testing.T) {
	tests := []struct {
		pattern, issued, group string
		seq                    int64
		number, key            string
	}{
		{"INV-{yyyy}-{seq:6}", "2026-11-05", "acme", 123, "INV-2026-000123", "INV-2026-"},
		{"", "2027-01-01", "acme", 1, "INV-2027-000001", "INV-2027-"},
		{"{group}/{yyyy}{mm}/{seq:3}", "2026-03-09", "acme", 1234, "acme/202603/1234", "acme/202603/"},
		{"{seq:4}-{yyyy}", "2026-11-05", "acme", 7, "0007-2026", "-2026"},
		{"{seq:1}", "2026-11-05", "acme", 7, "7", "seq"},
		{"{group}-{seq:2}", "2026-11-05", "{yyyy}", 7, "{yyyy}-07", "{yyyy}-"},
	}
	for _, test := range tests {
		issued := *day(test.issued)
		if number := invoice.Series(test.pattern, issued, test.group, test.seq); number != test.number {
			t.Errorf("Series(%q, %s, %s, %d) = %q, want %q", test.pattern, issued, test.group, test.seq, number, test.number)
		}
		if key := invoice.SeriesKey(test.pattern, issued, test.group); key != test.key {
			t.Errorf("SeriesKey(%q, %s, %s) = %q, want %q", test.pattern, issued, test.group, key, test.key)
		}
	}
}

func TestDueDate(t *testing.T) {
	tests := []struct{ terms, issued, due string }{
		{"", "2027-01-31", "2027-02-28"},
		{"end-of-next-month", "2026-12-05", "2027-01-31"},
		{"end-of-month", "2028-02-01", "2028-02-29"},
		{"net-0", "2026-11-05", "2026-11-05"},
		{"net-30", "2026-11-05", "2026-12-05"},
		{"net-45", "2026-12-31", "2027-02-14"},
	}
	for _, test := range tests {
		s, set := sakura()
		set.Group.Invoice.Terms.Due = test.terms
		inv := draft(t, s, set).Issue("N-1", *day(test.issued))
		if inv.State != invoice.Issued || inv.Number != "N-1" || inv.IssueDate.String() != test.issued || inv.DueDate.String() != test.due {
			t.Errorf("terms %q: %s %s issued %s, due %s; want due %s", test.terms, inv.State, inv.Number, inv.IssueDate, inv.DueDate, test.due)
		}
	}
}

func TestAddress(t *testing.T) {
	tokyo := billing.Address{Lines: []string{"大手町2-4-1"}, City: "千代田区", Region: "東京都", PostalCode: "100-0004", Country: "JP"}
	tests := []struct {
		language string
		address  billing.Address
		want     string
	}{
		{"ja", tokyo, "〒100-0004 東京都千代田区|大手町2-4-1"},
		{"ja-JP", tokyo, "〒100-0004 東京都千代田区|大手町2-4-1"},
		{"en", tokyo, "大手町2-4-1|100-0004 千代田区, 東京都|Japan"},
		{"de", billing.Address{Lines: []string{"Große Bleichen 8"}, City: "Hamburg", PostalCode: "20354", Country: "DE"}, "Große Bleichen 8|20354 Hamburg|Deutschland"},
		{"en", billing.Address{City: "London", Country: "GB"}, "London|United Kingdom"},
		{"ja", billing.Address{Region: "Bayern", Country: "DE"}, "Bayern|ドイツ"},
		{"tlh", billing.Address{Lines: []string{"A", " "}, Country: "QX"}, "A|QX"},
	}
	for _, test := range tests {
		s, set := sakura()
		set.Group.Language, set.Customer.Address = test.language, &test.address
		if got := draft(t, s, set).Buyer.Address; !slices.Equal(got, strings.Split(test.want, "|")) {
			t.Errorf("%v in %s is printed as %q, want %s", test.address, test.language, got, test.want)
		}
	}
}
