package explore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// What tags cost of a group's services is what its charges are, service by service; no
// other group's are among them.
func TestTagCosts(t *testing.T) {
	a := demo(t)
	costs, err := a.Explorer.TagCosts(t.Context(), july(), "aozora-main", "Team")
	if err != nil {
		t.Fatal(err)
	}
	tags, services := map[string]bool{}, map[string]billing.Money{}
	for _, c := range costs {
		tags[c.Tag] = true
		if c.Tag != "" && !strings.HasPrefix(c.Tag, "Team=") {
			t.Errorf("a tag is written %q", c.Tag)
		}
		place := map[bool]string{false: "usage", true: "marketplace"}[c.Marketplace]
		where := fmt.Sprintf("sub_account_id = '%s' AND service_name = '%s' AND x_place = '%s'", c.Account, c.Service, place)
		if services[where] == nil {
			services[where] = billing.Money{}
		}
		services[where].Add(c.Currency, c.Cost)
	}
	if len(tags) < 3 || !tags[""] || len(services) < 3 {
		t.Errorf("there are tags %v and %d services", tags, len(services))
	}
	all := billing.Money{}
	for where, sum := range services {
		const query = `SELECT billing_currency, CAST(SUM(billed_cost) AS VARCHAR) FROM charges WHERE "group" = 'aozora-main' AND %s GROUP BY 1`
		if off := sum.Minus(charged(t, a, fmt.Sprintf(query, where))); len(off) > 0 {
			t.Errorf("%s is off by %v", where, off)
		}
		for currency, amount := range sum {
			all.Add(currency, amount)
		}
	}
	if off := all.Minus(charged(t, a, `SELECT billing_currency, CAST(SUM(billed_cost) AS VARCHAR) FROM charges WHERE "group" = 'aozora-main' AND x_place IN ('usage', 'marketplace') GROUP BY 1`)); len(off) > 0 {
		t.Errorf("all of it is off by %v", off)
	}
}
