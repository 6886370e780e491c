package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/lake"
)

// usesOf are the uses of a book in September: service, value of the tag project
// where rules ask for it, group, day, cost, and whether the book is the only
// one to make the price.
func usesOf(t *testing.T, a *app.App, id string) []string {
	t.Helper()
	c, err := a.Config(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var uses []string
	err = a.Trials.BookMonths(context.Background(), c, []string{id}, september(t), func(b billing.PriceBook, m *book.Month) error {
		if b.ID != id || m.Period != september(t) {
			t.Errorf("book %s of %s", b.ID, m.Period)
		}
		for _, u := range m.Uses {
			k := m.Keys[u.Key]
			use := strings.Join(strings.Fields(fmt.Sprint(k.Text(lake.ServiceCode), " ", k.Tag("project"), " ", u.Group, " ", u.Day.String()[8:], " ", u.Cost)), " ")
			if !u.Final {
				use += " chained"
			}
			uses = append(uses, use)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(uses)
	return uses
}

func wantUses(t *testing.T, a *app.App, id string, want ...string) {
	t.Helper()
	if got := usesOf(t, a, id); !slices.Equal(got, want) {
		t.Errorf("%s is for\n%s\nwant\n%s", id, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A book is looked at with the lines of those who pay by it, of whatever sale:
// the sums of the lines of TestTierMargins. One that nobody pays by is looked
// at with all lines.
func TestBookMonthsOfTiers(t *testing.T) {
	a, _ := resold(t)
	wantUses(t, a, "from-reseller", "AmazonEC2 01 1305", "AmazonEC2 01 5", "AmazonRDS 01 41", "AmazonS3 01 11", "prod-logs 01 31")
	wantUses(t, a, "from-north", "AmazonEC2 01 304 chained", "AmazonEC2 01 5 chained", "AmazonRDS 01 41 chained", "AmazonS3 01 11 chained", "prod-logs 01 31 chained")
	wantUses(t, a, "from-south", "AmazonEC2 01 203 chained")
	apply(t, a, "price_books: [{id: loose, rules: [{name: a, match: {}, percent: 5}]}]")
	wantUses(t, a, "loose", "AmazonEC2 01 1312", "AmazonEC2 01 5", "AmazonRDS 01 41", "AmazonS3 01 11", "prod-logs 01 31")
}

// Where a rule prices by the month, uses tell the group that pays; days are
// parted where a rule or an attachment begins, and keys by the tags that rules
// ask for. A pool is looked at with the book of one who bears it.
func TestBookMonthsOfTagsAndPools(t *testing.T) {
	a := open(t, sharing+`
  - {id: fees, then: parent, rules: [
      {name: web, match: {tags: {project: [web]}}, percent: 5}, {name: app, match: {tags: {project: [app]}}, percent: 6, from: 2026-09-02}, {name: all, match: {}, fee: 1}]}
  - {id: outer, rules: [{name: all, match: {}, percent: 3}]}
pools: [{id: shared, accounts: ["200000000001"], by_usage: [acme], remainder: acme}]
`)
	apply(t, a, `
customers: [{id: acme, name: ACME, price_book: fees}]
reseller: {name: Reseller, currency: USD, selling_book: [{book: outer, from: 2026-09-02}]}
`)
	file := usageFile(t, "200000000001 Usage AmazonEC2 1 40 web", "200000000001 Usage AmazonEC2 1 60 app", "200000000001 Usage AmazonEC2 1 30", "200000000001 Usage AmazonS3 1 20 other",
		"200000000002 Usage AWSLambda 400000 0", "200000000002 Usage AmazonSNS 7 3")
	if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
		t.Fatal(err)
	}
	wantUses(t, a, "fees", "AmazonEC2 acme 02 30 chained", "AmazonEC2 web acme 02 40 chained", "AmazonS3 other acme 02 20 chained")
	wantUses(t, a, "outer", "AmazonEC2 02 30 chained", "AmazonEC2 web 02 40 chained", "AmazonS3 other 02 20 chained")
	wantUses(t, a, "free", "AWSLambda 02 0", "AmazonEC2 app 02 60", "AmazonSNS 02 3")
}
