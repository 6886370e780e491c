package abiquo

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// nightly is a schedule at a time of every day, as Abiquo writes it: seconds, minutes,
// hours, and the rest any.
var nightly = regexp.MustCompile(`^0 (\d{1,2}) (\d{1,2}) [?*] \* [?*](?: \*)?$`)

// What Abiquo takes where the platform says nothing.
const (
	usualAt       = "00:30"
	usualMonths   = 2
	usualRequests = 2
)

// platformSettings takes the properties of the platform itself: when bills are read, and
// of how many months.
func (b *builder) platformSettings() {
	c := &billing.Collection{At: usualAt, Months: usualMonths, Requests: usualRequests}
	b.config.Reseller.Collection = c
	said := map[string]bool{}
	for _, p := range b.system {
		key := strings.ToLower(p.key)
		n := Note{Where: p.where, Property: p.key, Value: clip(p.value), Became: Left, Why: "it has nothing to do with bills, or is not known here"}
		switch key {
		case "abiquo.enterprise.property.billing.monthoffset":
			months, err := strconv.Atoi(p.value)
			if err != nil || months < 1 || months > 36 {
				n.Became, n.Why = ByHand, "expected a number of months from 1 to 36; set reseller.collection.months"
				break
			}
			c.Months = months
			n.Became, n.Setting, n.As, n.Why = Taken, "reseller.collection.months", p.value, ""
			said["months"] = true
		case "abiquo.billing.task.cron":
			m := nightly.FindStringSubmatch(p.value)
			if m == nil {
				n.Became, n.Why = ByHand, "bills are read once a day here; set reseller.collection.at to a time of day, UTC"
				break
			}
			minute, _ := strconv.Atoi(m[1]) // two digits
			hour, _ := strconv.Atoi(m[2])
			if minute > 59 || hour > 23 {
				n.Became, n.Why = ByHand, "it is no time of day; set reseller.collection.at, UTC"
				break
			}
			c.At = fmt.Sprintf("%02d:%02d", hour, minute)
			n.Became, n.Setting, n.As, n.Why = Taken, "reseller.collection.at", c.At, "in UTC; Abiquo's is in the time zone of its server"
			said["at"] = true
		case "abiquo.ec2billing.parser.lineitemtype.ignore":
			n.Why = "what the provider gives the partner is the reseller's here, and nobody below sees it"
			for _, kind := range strings.Split(p.value, ",") {
				if kind = strings.TrimSpace(kind); kind != "" && kind != "SppDiscount" {
					n.Became, n.Why = ByHand, "exclude lines of type "+kind+" by a price rule; what the provider gives the partner, such as SppDiscount, is the reseller's anyway"
				}
			}
		case "abiquo.azure.billing.parser.lineitem.publisher.ignore":
			n.Became, n.Why = ByHand, "exclude by a price rule what is not to be billed; nothing is left out of what is loaded"
		case "abiquo.billing.azure.country_code":
			n.Why = "exports have the country's prices"
		}
		b.note(n)
	}
	for _, usual := range []struct{ field, key, as string }{
		{"months", "abiquo.enterprise.property.billing.monthoffset", strconv.Itoa(c.Months)},
		{"at", "abiquo.billing.task.cron", c.At},
		{"requests", "requests a day", strconv.Itoa(c.Requests)},
	} {
		if !said[usual.field] {
			b.note(Note{Where: b.root.where, Property: usual.key, Became: Assumed, Setting: "reseller.collection." + usual.field, As: usual.as, Why: "it is what Abiquo takes where there is none"})
		}
	}
}
