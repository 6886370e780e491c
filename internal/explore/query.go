package explore

import (
	"fmt"
	"strings"
)

// query is a question as SQL while it is put together. What people wrote is in its
// arguments, never in its text.
type query struct {
	args  []any
	tags  []string // keys that are joined, in the order of their aliases
	named bool     // the declared names of accounts are joined
	from  string
	where []string
}

func (b *query) arg(value any) string {
	b.args = append(b.args, value)
	return fmt.Sprint("$", len(b.args))
}

// column is where a dimension stands.
func (b *query) column(d Dimension) string {
	key, ok := d.tag()
	switch {
	case d == MarginSource:
		return marginSource
	case d == AccountName:
		if !b.named {
			b.named = true
			b.from += "\n    LEFT JOIN " + accountNames + " n ON n.account = s.account"
		}
		return "COALESCE(n.name, s.account_name)"
	case !ok:
		return `s."` + string(d) + `"` // checked: one of the known names
	}
	for i, known := range b.tags {
		if known == key {
			return tagColumn(i)
		}
	}
	at := len(b.tags)
	b.tags = append(b.tags, key)
	b.from += fmt.Sprintf("\n    LEFT JOIN tags t%[1]d ON t%[1]d.period = s.period AND t%[1]d.tag_set = s.tag_set AND t%[1]d.\"key\" = %[2]s", at, b.arg(key))
	return tagColumn(at)
}

func tagColumn(i int) string { return fmt.Sprintf("COALESCE(t%d.value, '')", i) }

// among keeps what has one of the values in a column, or with not none of them.
func (b *query) among(column string, not bool, values []string) {
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = b.arg(v)
	}
	word := " IN ("
	if not {
		word = " NOT IN ("
	}
	b.where = append(b.where, column+word+strings.Join(places, ", ")+")")
}

// measure is something that is summed: its name and what it is of a row.
type measure struct{ name, sql string }

// The measures. Those of prices say nothing of cost.
var (
	ofPrices = []measure{{"quantity", "s.quantity"}, {"lines", "s.lines"}, {"price", "s.price"}}
	ofMoney  = []measure{{"quantity", "s.quantity"}, {"lines", "s.lines"}, {"price", "s.price"}, {"list_cost", "s.list_cost"}, {"cost", "s.cost"}, {"margin", "s.price - s.cost"}}
	ofSteps  = []measure{{"quantity", "0"}, {"lines", "0"}, {"price", "0"}, {"list_cost", "0"}, {"cost", "0"}, {"margin", stepMargin}}
)

// The way from cost to price in its steps, a row for each: there is margin in them,
// with its source, and no cost.
const (
	steps        = "sums s CROSS JOIN (VALUES ('discounts'), ('basis'), ('markup')) AS step(name)"
	stepMargin   = "CASE step.name WHEN 'discounts' THEN s.discounts WHEN 'basis' THEN s.basis ELSE s.markup END"
	marginSource = "CASE step.name WHEN 'discounts' THEN 'provider-discounts' WHEN 'basis' THEN s.source ELSE CASE s.class WHEN 'managed' THEN 'managed' ELSE 'price-book' END END"
)

// sum is a question over the views sums and tags as SQL. Its rows are the
// dimensions, the date, whether it is the rest beside the top, currency, unit, and
// the measures. by names the measure that decides who is on top.
func (b *query) sum(q Question, measures []measure, by string) string {
	unit := "''"
	if q.asks(UsageType) {
		unit = "s.unit"
	}
	keys := []string{"date", "currency", "unit"}
	picked := []string{map[string]string{ByDay: "s.day", ByMonth: "s.period", "": "''"}[q.Grain] + " AS date", "s.currency", unit + " AS unit"}
	cut := []string{"date", "currency", "CASE WHEN rest THEN '' ELSE unit END AS unit"}
	sorted := []string{"date", "place"}
	for i, d := range q.By {
		key := fmt.Sprint("key_", i+1)
		keys, picked, sorted = append(keys, key), append(picked, b.column(d)+" AS "+key), append(sorted, key)
		cut = append(cut, "CASE WHEN rest THEN '' ELSE "+key+" END AS "+key)
	}
	for _, c := range q.Where {
		b.among(b.column(c.Dimension), c.Not, c.Values)
	}
	var sums, out []string
	for _, m := range measures {
		picked, sums, out = append(picked, m.sql+" AS "+m.name), append(sums, "SUM("+m.name+") AS "+m.name), append(out, "CAST("+m.name+" AS VARCHAR)")
	}
	return fmt.Sprintf(`WITH picked AS (
    SELECT %s
    FROM %s
    WHERE %s
),
summed AS (
    SELECT %s, %s
    FROM picked
    GROUP BY %[4]s
),
%[6]s
SELECT %[7]s, rest, %[8]s
FROM cut
ORDER BY %[9]s, currency, unit
LIMIT %[10]d`,
		listed(picked), b.from, strings.Join(b.where, " AND "), listed(keys), listed(sums),
		b.top(q, by, listed(cut), listed(sums)), listed(keys), listed(out), listed(sorted), mostRows+1)
}

// top is the query cut: what is summed, with its place, and all that is not on top
// in one row for each date and currency.
func (b *query) top(q Question, by, columns, sums string) string {
	if q.Top == 0 {
		return "cut AS (SELECT *, FALSE AS rest, 0 AS place FROM summed)"
	}
	return fmt.Sprintf(`ranked AS (
    SELECT key_1 AS value, currency, ROW_NUMBER() OVER (PARTITION BY currency ORDER BY SUM(%[1]s) DESC, key_1) AS place
    FROM summed
    GROUP BY key_1, currency
),
placed AS (
    SELECT s.*, r.place > %[2]d AS rest, LEAST(r.place, %[2]d + 1) AS place
    FROM summed s
    JOIN ranked r ON r.value = s.key_1 AND r.currency = s.currency
),
cut AS (
    SELECT %[3]s, rest, place, %[4]s
    FROM placed
    GROUP BY ALL
)`, by, q.Top, columns, sums)
}

func listed(items []string) string { return strings.Join(items, ", ") }
