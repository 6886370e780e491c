package rating

import (
	"context"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/engine"
)

// numbered is a decision as a row of the table decisions.
type numbered struct {
	Decision
	number int64
	rule   int32 // place of its rule among those that win somewhere
}

// decisionColumn is a column of the table decisions.
type decisionColumn struct {
	engine.TableColumn
	value func(numbered) any
}

func columnOf(name, kind string, value func(numbered) any) decisionColumn {
	return decisionColumn{engine.TableColumn{Name: name, Type: kind}, value}
}

// decisionColumns are those that any decision has: for which charges it is, then
// what sql/level.sql takes of it. After them come the terms of the actions.
var decisionColumns = []decisionColumn{
	columnOf("decision", "BIGINT", func(d numbered) any { return d.number }),
	columnOf("book", "VARCHAR", func(d numbered) any { return d.Book }),
	columnOf("load", "VARCHAR", func(d numbered) any { return d.Key.Load }),
	columnOf("pricing_key", "INTEGER", func(d numbered) any { return d.Key.Number }),
	columnOf("tag_set", "INTEGER", func(d numbered) any { return d.Key.Set }),
	columnOf("from_day", "DATE", func(d numbered) any { return d.From }),
	columnOf("to_day", "DATE", func(d numbered) any { return d.To }),
	columnOf("rule", "VARCHAR", func(d numbered) any { return d.Rule.Name }),
	columnOf("base", "VARCHAR", func(d numbered) any { return optional(string(d.Rule.Base)) }),
	columnOf("excluded", "INTEGER", func(d numbered) any {
		if d.Rule.Exclude {
			return int32(1)
		}
		return nil
	}),
	// The rule whose total of the month decides, and what that is measured in.
	columnOf("total_of", "INTEGER", func(d numbered) any {
		if byMonth(d.Rule) {
			return d.rule
		}
		return nil
	}),
	columnOf("total_on", "VARCHAR", func(d numbered) any {
		switch {
		case onQuantity(d.Rule.Tiers):
			return "quantity"
		case byMonth(d.Rule):
			return "price"
		}
		return nil
	}),
}

// usedBy are the actions of which some decision says something.
func usedBy(all []numbered) (used []*action) {
	for _, a := range actions {
		if a.term.kind != "" && slices.ContainsFunc(all, func(d numbered) bool { return a.term.value(d.Decision) != nil }) {
			used = append(used, a)
		}
	}
	return used
}

// writeDecisions makes the table decisions, with the terms of the actions used.
func writeDecisions(ctx context.Context, s engine.Session, all []numbered, used []*action) error {
	columns := slices.Clone(decisionColumns)
	for _, a := range actions {
		if a.term.always || slices.Contains(used, a) {
			columns = append(columns, columnOf(a.column(), a.term.kind, func(d numbered) any { return a.term.value(d.Decision) }))
		}
	}
	head := make([]engine.TableColumn, len(columns))
	rows := make([][]any, len(all))
	for i, d := range all {
		rows[i] = make([]any, len(columns))
		for n, c := range columns {
			rows[i][n] = c.value(d)
		}
	}
	for n, c := range columns {
		head[n] = c.TableColumn
	}
	return s.Table(ctx, "decisions", head, rows)
}

// terms is the SQL of what a level takes of a decision d for the actions, at a
// charge p. A level has columns of its own: percent_2, not_below_2.
func (q query) terms() string {
	var sql strings.Builder
	for _, a := range actions {
		switch name := a.column(); {
		case !a.term.always && !q.uses(a):
		case a.term.perUnit:
			sql.WriteString(", CASE WHEN NOT {covered} THEN d." + name + " END AS " + name + "_{l}")
		default:
			sql.WriteString(", d." + name + " AS " + name + "_{l}")
		}
	}
	return sql.String()
}
