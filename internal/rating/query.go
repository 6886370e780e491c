package rating

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/lake"
)

var (
	//go:embed sql/owned.sql
	ownedSQL string
	//go:embed sql/level.sql
	levelSQL string
	//go:embed sql/total.sql
	totalSQL string
	//go:embed sql/charges.sql
	chargesSQL string
)

// query writes the SQL of a month's charges, step by step:
//
//	owned      the usage of each day, with its owner
//	borne      the same where pools are divided
//	planned    with the sales and books of the owner
//	decided_l  with the decision of the l-th book
//	linear_l   what its actions make of the price of each charge
//	split_l    what the month's total makes of it
//	priced_l   within the rule's bounds
//	sold_s     the price of the s-th sale
//	sales      one row for each sale of each
type query struct {
	shape
	pooled bool         // pools are divided
	tagged bool         // rules ask for tags
	used   []*action    // by rules that won somewhere
	totals map[int]bool // levels with rules that are priced by the month's total
}

// identity tells the charges of a month apart, in an order that does not depend
// on that of the lines in the provider's file.
const identity = "key_place, x_tag_set, billed_to, sub_account_id, day, invoice_id, resource_id, commitment, treatment, kind"

// ownedColumns are the columns of owned, and with pool those of borne.
const ownedColumns = `load, x_pricing_key, x_tag_set, sub_account_id, invoice_id, resource_id, commitment, kind, treatment, x_use, day, sub_account_name,
        lines, quantity, unblended, net, amortized, blended, list, true_unblended, effective,
        billing_day, billed_to, class, currency, unit, unlisted, billable, key_place`

// owned is the SQL up to the step of that name; only is a further condition on a
// day's usage l.
func owned(only string) string {
	var key []string
	for _, t := range lake.Texts[:lake.KeyTexts] {
		key = append(key, t.Name)
	}
	return strings.NewReplacer("{only}", only, "{key}", strings.Join(key, ", ")).Replace(ownedSQL)
}

// onBasis is the SQL of what a charge costs on a basis that a column names.
func onBasis(basis string) string {
	return `CASE
            WHEN ` + basis + ` IN ('net', 'cost') THEN net
            WHEN ` + basis + ` = 'amortized' THEN amortized
            WHEN ` + basis + ` = 'blended' THEN blended
            WHEN ` + basis + ` = 'true-unblended' THEN true_unblended
            WHEN ` + basis + ` = 'list' AND unlisted THEN 0
            WHEN ` + basis + ` = 'list' THEN list
            ELSE unblended
        END`
}

// covered is the SQL of whether a commitment's fee pays for a charge p; at list
// prices there are no fees.
const covered = "(p.commitment IS NOT NULL OR p.treatment IS NOT NULL AND p.treatment = 'as-billed-covered' AND p.basis <> 'list')"

// charges is the SQL of all charges.
func (q query) charges() string {
	all := make([]string, len(q.levels))
	for s := range q.levels {
		all[s] = q.sale(s)
		if q.uses(&managing) {
			all[s] += "\nUNION ALL\n" + q.managing(s)
		}
	}
	return q.upToSale(len(q.levels)) + strings.NewReplacer("{sales}", strings.Join(all, "\nUNION ALL\n"), "{number}", q.number()).Replace(chargesSQL)
}

// number is the SQL of a charge's number in the month, in the order of who pays.
// Where each day's usage is one charge, that is the number of the usage, and the
// charges need not be sorted.
func (q query) number() string {
	if len(q.levels) == 1 && !q.pooled && !q.uses(&managing) {
		return "sales.x_use"
	}
	return `ROW_NUMBER() OVER (ORDER BY sales."group", sales.sub_account_id, sales.load, sales.x_pricing_key, sales.day, sales.invoice_id, sales.resource_id,
        sales.commitment, sales.treatment, sales.kind, sales.x_tag_set, sales.owner, sales.pool, sales.managed)`
}

// measures is the SQL of what the rules of a level that are priced by the
// month's total have to price: rows of total_of, group, currency, unit, measure
// and its sum without signs. {only} takes a condition on a line.
func (q query) measures(sale, level int) string {
	return q.upToSale(sale) + q.upToLevel(sale, level) + fmt.Sprintf(`
SELECT total_of_%[1]d, group_%[2]d, currency, CASE WHEN total_on_%[1]d = 'quantity' THEN unit ELSE '' END AS unit, CAST(SUM(%[3]s) AS VARCHAR), CAST(SUM(ABS(%[3]s)) AS VARCHAR)
FROM linear_%[1]d WHERE total_of_%[1]d IS NOT NULL AND %[4]s
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`, level, sale+1, measure(level), q.takesPart(sale))
}

// upToSale is the SQL up to the end of the first n sales.
func (q query) upToSale(n int) string {
	sql := owned("{only}")
	borne := ",\nborne AS (SELECT owned.*, CAST(NULL AS VARCHAR) AS pool FROM owned)"
	if q.pooled {
		borne = pooled()
	}
	sql += borne + `,
planned AS (
    SELECT borne.*, ` + strings.Join(q.planColumns(), ", ") + `
    FROM borne
    LEFT JOIN plans ON plans.owner = borne.billed_to AND plans.account = borne.sub_account_id AND borne.billing_day BETWEEN plans.from_day AND plans.to_day
)`
	for s := range n {
		last := q.first(s) + q.levels[s] - 1
		sql += q.upToLevel(s, last) + q.priced(s, last) + q.sold(s)
	}
	if n == len(q.levels) {
		sql = strings.ReplaceAll(sql, "{only}", "")
	}
	return sql
}

// planColumns are what plans say besides of whom and when.
func (h shape) planColumns() []string {
	columns := []string{"basis"}
	for sale := range h.levels {
		columns = append(columns, fmt.Sprintf("group_%d", sale+1), fmt.Sprintf("seller_%d", sale+1))
	}
	for level := range h.total() {
		columns = append(columns, fmt.Sprintf("book_%d", level+1))
	}
	return columns
}

// upToLevel is the SQL from the end of the sale before up to linear of a level.
func (q query) upToLevel(sale, level int) string {
	var sql strings.Builder
	first := q.first(sale)
	for l := first; l <= level; l++ {
		before, start, through := "planned", onBasis("p.basis"), fmt.Sprintf("q.start_%d", l)
		switch {
		case l > first:
			before, start, through = fmt.Sprintf("priced_%d", l-1), fmt.Sprintf("p.price_%d", l-1), fmt.Sprintf("q.price_%d", l-1)
		case sale > 0:
			before, start = fmt.Sprintf("sold_%d", sale), fmt.Sprintf("p.sold_%d", sale)
		}
		set := "0"
		if q.tagged {
			set = "p.x_tag_set"
		}
		left := "FALSE"
		if l > first {
			left = fmt.Sprintf("COALESCE(p.excluded_%d, 0) = 1", l-1)
		}
		decided := strings.NewReplacer("{terms}", q.terms()).Replace(levelSQL)
		sql.WriteString(strings.NewReplacer("{l}", fmt.Sprint(l), "{before}", before, "{start}", start,
			"{basis:d.base}", onBasis("d.base"), "{covered}", covered, "{tag_set}", set, "{left_out}", left).Replace(decided))
		unacted := fmt.Sprintf("CASE WHEN q.excluded_%[1]d = 1 THEN CAST(0 AS DECIMAL(38, 24)) WHEN q.decision_%[1]d IS NULL THEN CAST(%[2]s AS DECIMAL(38, 24)) ELSE CAST(q.start_%[1]d AS DECIMAL(38, 24)) END", l, through)
		sql.WriteString(q.acted(making, sale, l, "decided", unacted, "linear", "linear"))
		if l < level {
			sql.WriteString(q.priced(sale, l))
		}
	}
	return sql.String()
}

// priced is the SQL from linear of a level to its price.
func (q query) priced(sale, level int) string {
	sql, before, raw := "", "linear", fmt.Sprintf("linear_%d", level)
	if q.totals[level] {
		before, raw = "split", fmt.Sprintf("raw_%d", level)
		m := measure(level)
		each := "(" + product(m, "each") + " + " + product("ABS("+m+")", "extra") + ")"
		sql = strings.NewReplacer("{l}", fmt.Sprint(level), "{s}", fmt.Sprint(sale+1), "{on}", q.takesPart(sale),
			"{each}", each,
			"{place}", "ROW_NUMBER() OVER (PARTITION BY t.number ORDER BY ABS("+each+") DESC, ABS("+m+") DESC, "+identity+", pool)").Replace(totalSQL)
	}
	return sql + q.acted(bounded, sale, level, before, "q."+raw, "priced", "price")
}

// product is the SQL of an amount × a number of the table totals, t, whose
// whole units and rest stand apart: one product would have no room before the
// point. It is rounded half away from zero at 18 digits, three times.
func product(amount, number string) string {
	return fmt.Sprintf(`CAST(%[1]s * t.%[2]s_whole AS DECIMAL(38, 18))
            + CAST(CAST(TRUNC(%[1]s) AS DECIMAL(20, 0)) * t.%[2]s_rest AS DECIMAL(38, 18))
            + CAST(CAST(%[1]s - TRUNC(%[1]s) AS DECIMAL(18, 18)) * t.%[2]s_rest AS DECIMAL(38, 18))`, amount, number)
}

// uses tells whether some rule that won has an action.
func (q query) uses(a *action) bool { return slices.Contains(q.used, a) }

// acted is the SQL of what actions make of a price on a level, one after the
// other: from the step before, where the price is an expression on q, to a step
// with the price as a column; the names of both are without the level. In the SQL
// of an action {price} is the price so far, {term} what the decision says of it,
// and {cost} what the charge costs who sells it on the basis that {term} names.
func (q query) acted(all []*action, sale, level int, before, price, step, column string) string {
	var sql strings.Builder
	write := func(name, column string) {
		fmt.Fprintf(&sql, ",\n%[1]s_%[5]d AS (\n    SELECT q.*, CAST(%[2]s AS DECIMAL(38, 24)) AS %[3]s_%[5]d FROM %[4]s_%[5]d q\n)", name, price, column, before, level)
	}
	for _, a := range all {
		if a.sql == "" || !q.uses(a) {
			continue
		}
		if strings.Contains(a.sql, "{price}") && strings.Contains(price, " ") { // said once, not wherever the action names it
			name := "before_" + a.name
			write(name, name)
			before, price = name, fmt.Sprintf("q.%s_%d", name, level)
		}
		term := fmt.Sprintf("q.%s_%d", a.column(), level)
		price = fmt.Sprintf("CASE WHEN q.excluded_%d = 1 OR %s IS NULL THEN %s\n            ELSE CAST(%s AS DECIMAL(38, 24)) END", level, term, price,
			strings.NewReplacer("{price}", price, "{term}", term, "{cost}", costOn(term, sale), "{l}", fmt.Sprint(level)).Replace(a.sql))
	}
	write(step, column)
	return sql.String()
}

// costOn is the SQL of what a charge costs who sells it on a basis that a term
// names. Below the reseller that is the price of the sale before.
func costOn(term string, sale int) string {
	if sale > 0 {
		return fmt.Sprintf("CASE WHEN %s = 'list' THEN list ELSE sold_%d END", term, sale)
	}
	return onBasis(term)
}

// measure is the SQL of what a month's total is made of.
func measure(level int) string {
	return fmt.Sprintf("CAST(CASE WHEN total_on_%[1]d = 'quantity' THEN quantity ELSE linear_%[1]d END AS DECIMAL(38, 18))", level)
}

// takesPart is the SQL of whether a charge is in a sale: in the sales below the
// reseller's own is what they bought.
func (q query) takesPart(sale int) string {
	if sale == 0 {
		return fmt.Sprintf("group_%d IS NOT NULL", sale+1)
	}
	return fmt.Sprintf("(group_%d IS NOT NULL AND COALESCE(place_%d, 'off') IN ('usage', 'marketplace', 'excluded'))", sale+1, sale)
}

// firstOf is the SQL of the first value that a level of a sale has.
func (q query) firstOf(column string, sale int) string {
	var all []string
	for l := q.first(sale); l < q.first(sale)+q.levels[sale]; l++ {
		all = append(all, fmt.Sprintf("%s_%d", column, l))
	}
	if len(all) == 1 {
		return all[0]
	}
	return "COALESCE(" + strings.Join(all, ", ") + ")"
}

// ofFirst is the SQL of what a column says at the first level of a sale that
// decides; where none does, at the first of all.
func (q query) ofFirst(column string, sale int) string {
	first := q.first(sale)
	if q.levels[sale] == 1 {
		return fmt.Sprintf("%s_%d", column, first)
	}
	var sql strings.Builder
	sql.WriteString("CASE")
	for l := first; l < first+q.levels[sale]; l++ {
		fmt.Fprintf(&sql, " WHEN decision_%[2]d IS NOT NULL THEN %[1]s_%[2]d", column, l)
	}
	fmt.Fprintf(&sql, " ELSE %s_%d END", column, first)
	return sql.String()
}

// several is the SQL of whether more than one level of a sale decides.
func (q query) several(sale int) string {
	first := q.first(sale)
	if q.levels[sale] == 1 {
		return "FALSE"
	}
	count := make([]string, q.levels[sale])
	for i := range count {
		count[i] = fmt.Sprintf("CASE WHEN decision_%d IS NULL THEN 0 ELSE 1 END", first+i)
	}
	return strings.Join(count, " + ") + " > 1"
}

// sold is the SQL of where a charge stands in a sale, and its price. What a
// tier pays has 18 digits, so that it can be priced on.
func (q query) sold(sale int) string {
	last := q.first(sale) + q.levels[sale] - 1
	price := fmt.Sprintf("price_%d", last)
	if sale < len(q.levels)-1 {
		price = "CAST(CASE WHEN group_" + fmt.Sprint(sale+2) + " IS NULL THEN " + price + " ELSE CAST(" + price + " AS DECIMAL(38, 18)) END AS DECIMAL(38, 24))"
	}
	nobody := "'off'"
	if sale > 0 {
		nobody = "NULL"
	}
	return fmt.Sprintf(`,
placed_%[1]d AS (
    SELECT p.*, CASE
        WHEN NOT %[2]s OR group_%[1]d IS NULL THEN %[3]s
        WHEN class = 'tax' THEN 'tax'
        WHEN class = 'entry' AND %[4]s IS NULL THEN 'entry'
        WHEN %[5]s = 1 THEN 'excluded'
        WHEN class = 'marketplace' THEN 'marketplace'
        ELSE 'usage'
    END AS place_%[1]d
    FROM priced_%[6]d p
),
sold_%[1]d AS (
    SELECT p.*, CASE WHEN place_%[1]d IN ('usage', 'marketplace') THEN %[7]s ELSE CAST(0 AS DECIMAL(38, 24)) END AS sold_%[1]d
    FROM placed_%[1]d p
)`, sale+1, q.takesPart(sale), nobody, q.firstOf("decision", sale), q.firstOf("excluded", sale), last, price)
}

// sale is the SQL of a sale's charges. A tier below the reseller sees what it
// pays, never what that costs above it (R5).
func (q query) sale(sale int) string {
	fill := []string{"{s}", fmt.Sprint(sale + 1), "{z}", fmt.Sprint(len(q.levels)),
		"{decision}", q.firstOf("decision", sale), "{several}", q.several(sale)}
	for _, column := range []string{"book", "rule", "named_base", "factor", "total_of", "unit_price", "start"} {
		fill = append(fill, "{"+column+"}", q.ofFirst(column, sale))
	}
	if sale == 0 {
		return strings.NewReplacer(fill...).Replace(`    SELECT
        CASE WHEN group_1 IS NULL THEN billed_to ELSE group_1 END AS "group", billed_to AS owner, CAST(NULL AS VARCHAR) AS seller, pool,
        load, x_pricing_key, x_tag_set, sub_account_id, sub_account_name, invoice_id, day, resource_id, commitment, kind, treatment, x_use,
        {decision} AS decision, place_1 AS place, CASE WHEN {decision} IS NOT NULL THEN {book} END AS book, {rule} AS rule,
        CASE WHEN place_1 = 'off' THEN NULL WHEN place_1 IN ('entry', 'tax') THEN 'unblended' ELSE COALESCE({named_base}, basis) END AS base,
        CASE
            WHEN place_1 = 'off' OR {several} OR {total_of} IS NOT NULL THEN NULL
            WHEN place_1 IN ('entry', 'tax', 'excluded') THEN CAST(0 AS DECIMAL(12, 6))
            ELSE COALESCE({factor}, 1)
        END AS factor,
        {unit_price} AS unit_price,
        quantity, lines, list, amortized, net, true_unblended, effective, unblended,
        CASE WHEN place_1 IN ('off', 'entry', 'tax') THEN CAST(unblended AS DECIMAL(38, 24)) ELSE CAST({start} AS DECIMAL(38, 24)) END AS base_cost,
        sold_1 AS price, 0 AS managed
    FROM sold_{z}`)
	}
	return strings.NewReplacer(fill...).Replace(`    SELECT
        group_{s}, billed_to, seller_{s}, pool,
        load, x_pricing_key, x_tag_set, sub_account_id, sub_account_name, invoice_id, day, resource_id, commitment, kind, treatment, x_use,
        {decision}, place_{s}, CASE WHEN {decision} IS NOT NULL THEN {book} END, {rule},
        COALESCE({named_base}, 'cost'),
        CASE WHEN {several} OR {total_of} IS NOT NULL THEN NULL WHEN place_{s} = 'excluded' THEN 0 ELSE COALESCE({factor}, 1) END,
        {unit_price},
        quantity, 0, list, 0, 0, 0, 0, 0,
        CAST({start} AS DECIMAL(38, 24)),
        sold_{s}, 0
    FROM sold_{z} WHERE place_{s} IN ('usage', 'marketplace', 'excluded')`)
}

// managing is the SQL of what is charged for managing what a sale sells (R13).
func (q query) managing(sale int) string {
	return fmt.Sprintf(`    SELECT
        group_%[1]d, billed_to, seller_%[1]d, pool,
        load, x_pricing_key, x_tag_set, sub_account_id, sub_account_name, invoice_id, day, resource_id, commitment, kind, treatment, x_use,
        %[2]s, 'usage', %[4]s, %[3]s, 'price', %[5]s, NULL,
        0, 0, 0, 0, 0, 0, 0, 0,
        sold_%[1]d, CAST(CAST(sold_%[1]d AS DECIMAL(38, 18)) * %[5]s AS DECIMAL(38, 24)), 1
    FROM sold_%[6]d WHERE place_%[1]d IN ('usage', 'marketplace') AND %[5]s IS NOT NULL AND sold_%[1]d <> 0`,
		sale+1, q.firstOf("decision", sale), q.firstOf("rule", sale), q.ofFirst("book", sale), q.firstOf("managed", sale), len(q.levels))
}
