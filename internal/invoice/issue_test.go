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
		{"{yy}{mm}-{seq:2}", "2009-11-05", "acme", 7, "0911-07", "0911-"},
		{"{customer}.{provider}.{seq:1}", "2026-11-05", "acme", 7, "cust.aws.7", "cust.aws."},
		{"{seq:1}", "2026-11-05", "acme", 7, "7", "seq"},
		{"{group}-{seq:2}", "2026-11-05", "{yyyy}", 7, "{yyyy}-07", "{yyyy}-"},
	}
	for _, test := range tests {
		series := invoice.Series{Pattern: test.pattern, Group: test.group, Customer: "cust", Provider: "aws"}
		issued := *day(test.issued)
		if number := series.Number(issued, test.seq); number != test.number {
			t.Errorf("number %d of %q on %s is %q, want %q", test.seq, test.pattern, issued, number, test.number)
		}
		if key := series.Key(issued); key != test.key {
			t.Errorf("the key of %q on %s is %q, want %q", test.pattern, issued, key, test.key)
		}
	}
}

// Notes have a series of their own where one is named.
func TestSeriesOfNotes(t *testing.T) {
	tests := []struct {
		notes    string
		corrects bool
		want     string
	}{
		{"", false, "INV-{seq:3}"},
		{"", true, "INV-{seq:3}"},
		{"CN-{seq:3}", false, "INV-{seq:3}"},
		{"CN-{seq:3}", true, "CN-{seq:3}"},
	}
	for _, test := range tests {
		inv := draft(t, owed(), settings("USD", billing.InvoiceSettings{Series: "INV-{seq:3}", NoteSeries: test.notes}))
		if test.corrects {
			inv.Corrects = &invoice.Reference{Number: "INV-001"}
		}
		if got := inv.Series(); got.Pattern != test.want || got.Group != "g" {
			t.Errorf("correction %t with the series %q for notes: %+v, want %s", test.corrects, test.notes, got, test.want)
		}
	}
}

// R30: issuing gives number and dates, and changes no amount.
func TestIssue(t *testing.T) {
	s, set := sakura()
	set.Group.Invoice.Terms.Due = "net-45"
	inv := draft(t, s, set)
	issued := inv.Issue("N-1", *day("2026-12-31"))
	if issued.State != invoice.Issued || issued.Number != "N-1" || issued.IssueDate.String() != "2026-12-31" || issued.DueDate.String() != "2027-02-14" {
		t.Errorf("%s %s issued %s, due %s; want N-1 issued 2026-12-31, due 2027-02-14", issued.State, issued.Number, issued.IssueDate, issued.DueDate)
	}
	issued.State, issued.Number, issued.IssueDate, issued.DueDate = inv.State, inv.Number, nil, nil
	if text(t, issued) != text(t, inv) {
		t.Errorf("issuing changed the document from\n%s\nto\n%s", text(t, inv), text(t, issued))
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
