package insight

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/money"
)

// items reads lines of account, service, usage type, amount and quantity.
func itemsOf(t *testing.T, text string) (all []item) {
	t.Helper()
	for line := range strings.Lines(strings.TrimSpace(text)) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		all = append(all, item{
			itemKey: itemKey{"USD", f[0], f[1], f[2], "Hrs"}, name: "name of " + f[0],
			amount: money.MustParse(f[3]), quantity: money.MustParse(f[4]),
		})
	}
	return all
}

// What became of each item was decided and worked out by hand.
func TestChangesByHand(t *testing.T) {
	before := itemsOf(t, `
		a ec2 large 100 1000
		a ec2 small 10 100
		a ec2 huge 50 10
		a s3 bytes 9 3
		a s3 free 0 5
		a rds db 30 10
		a support fee 20 0
		a kms keys 5 5
		gone ec2 large 7 70
		gone s3 bytes 1 1`)
	after := itemsOf(t, `
		a ec2 large 150 1500
		a ec2 small 12 100
		a ec2 huge 30 20
		a ec2 tiny 4 40
		a s3 bytes 6 2
		a s3 free 2 6
		a support fee 15 0
		a kms keys 5 5
		a lambda runs 3 300
		a lambda gb 1 9
		new ec2 large 60 600
		new s3 bytes 2 2`)
	want := strings.TrimSpace(`
new new 62 = 62 + 0 0->62
more_usage a ec2 large 50 = 50 + 0 100->150 1000->1500 Hrs
gone a rds -30 = -30 + 0 30->0
mixed a ec2 huge -20 = 50 + -70 50->30 10->20 Hrs
gone gone -8 = -8 + 0 8->0
cheaper a support fee -5 = 0 + -5 20->15
new a ec2 tiny 4 = 4 + 0 0->4 0->40 Hrs
new a lambda 4 = 4 + 0 0->4
less_usage a s3 bytes -3 = -3 + 0 9->6 3->2 Hrs
dearer a ec2 small 2 = 0 + 2 10->12 100->100 Hrs
dearer a s3 free 2 = 0 + 2 0->2 5->6 Hrs`)
	set := explain(before, after, 100)["USD"]
	var got []string
	for _, c := range set.Top {
		quantities := ""
		if c.QuantityBefore != nil {
			quantities = c.QuantityBefore.String() + "->" + c.QuantityAfter.String() + " " + c.Unit
		}
		got = append(got, strings.Join(strings.Fields(strings.Join([]string{string(c.Kind), c.Account, c.Service, c.UsageType, c.Change.String(), "=", c.UsageEffect.String(), "+", c.PriceEffect.String(),
			c.Before.String() + "->" + c.After.String(), quantities}, " ")), " "))
	}
	if got := strings.Join(got, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// 232 before, 290 after; 62 of 58 are 106.89 %.
	if set.Before.String() != "232" || set.After.String() != "290" || set.Change.String() != "58" || set.Top[0].Share.String() != "106.89" || set.Rest.Change.String() != "0" {
		t.Errorf("%+v", set)
	}
	few := explain(before, after, 2)["USD"]
	if len(few.Top) != 2 || few.Rest.Changes != 9 || few.Rest.Change.String() != "-54" { // 58 less 62 and 50
		t.Errorf("%+v", few)
	}
}

// Whatever the months have: what is named and everything else add up to the whole,
// and the effects of usage and price to each change, to the last digit.
func TestChangesAddUp(t *testing.T) {
	name := rapid.SampledFrom([]string{"a", "b", "c"})
	amount := rapid.Custom(func(t *rapid.T) money.Decimal {
		return money.FromInt(rapid.Int64Range(-999_999, 999_999).Draw(t, "n")).Quo(money.FromInt(rapid.Int64Range(1, 999).Draw(t, "by")), 24)
	})
	one := rapid.Custom(func(t *rapid.T) item {
		return item{
			itemKey: itemKey{money.Currency(rapid.SampledFrom([]string{"USD", "JPY"}).Draw(t, "currency")), name.Draw(t, "account"), name.Draw(t, "service"), name.Draw(t, "type"), name.Draw(t, "unit")},
			amount:  amount.Draw(t, "amount"), quantity: rapid.SampledFrom([]money.Decimal{money.Zero, money.FromInt(3), money.MustParse("0.007"), money.FromInt(11)}).Draw(t, "quantity"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.SliceOfN(one, 0, 12).Draw(t, "before"), rapid.SliceOfN(one, 0, 12).Draw(t, "after")
		sets := explain(before, after, rapid.IntRange(0, 12).Draw(t, "top"))
		for _, currency := range []money.Currency{"USD", "JPY"} {
			set := sets[currency]
			was, is := sumOf(before, currency), sumOf(after, currency)
			topWas, topIs, change := set.Rest.Before, set.Rest.After, set.Rest.Change
			for i, c := range set.Top {
				topWas, topIs, change = topWas.Add(c.Before), topIs.Add(c.After), change.Add(c.Change)
				if !c.UsageEffect.Add(c.PriceEffect).Equal(c.Change) || !c.After.Sub(c.Before).Equal(c.Change) {
					t.Errorf("%+v does not add up", c)
				}
				if i > 0 && size(c.Change).Cmp(size(set.Top[i-1].Change)) > 0 {
					t.Errorf("%+v is larger than the one before", c)
				}
			}
			if !topWas.Equal(was) || !topIs.Equal(is) || !change.Equal(is.Sub(was)) || !set.Change.Equal(is.Sub(was)) {
				t.Errorf("%s: %s to %s by %s; want %s to %s", currency, topWas, topIs, change, was, is)
			}
		}
	})
}

func sumOf(items []item, currency money.Currency) (sum money.Decimal) {
	for _, i := range items {
		if i.currency == currency {
			sum = sum.Add(i.amount)
		}
	}
	return sum
}

// R5: there is no place in what buyers see for what was paid above.
func TestBuyersSeeNoCost(t *testing.T) {
	for _, seen := range []any{Overview{}, Changes{}} {
		for _, field := range fieldsOf(reflect.TypeOf(seen), nil) {
			for _, word := range []string{"cost", "margin", "list_", "net_", "unblended", "sell", "profit"} {
				if strings.Contains(strings.ToLower(field), word) {
					t.Errorf("%T has %s", seen, field)
				}
			}
		}
	}
}

func fieldsOf(of reflect.Type, all []string) []string {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice:
		return fieldsOf(of.Elem(), all)
	case reflect.Struct:
		if of.Implements(reflect.TypeFor[json.Marshaler]()) || of == reflect.TypeFor[money.Decimal]() {
			return all
		}
		for i := range of.NumField() {
			f := of.Field(i)
			all = fieldsOf(f.Type, append(all, f.Name, f.Tag.Get("json")))
		}
	}
	return all
}
