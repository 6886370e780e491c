package book

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// mostLookups bounds how often the nearest name is looked for: each is a pass
// over all names of the month.
const mostLookups = 200

// unknownNames remarks on texts that rules name and no bill of the month has.
func (l *linter) unknownNames() {
	lookups := 0
	for _, f := range fields {
		var known map[string]bool
		var names []string
		for i, r := range l.rules {
			p := f.pattern(&r.Match)
			if p.Equal == nil || otherServices(*p) || l.explained[i] || !l.inForce(r) {
				continue
			}
			if known == nil {
				known = l.names(f)
				names = slices.Sorted(maps.Keys(known))
			}
			unknown := 0
			for _, text := range p.Equal {
				if known[text] {
					continue
				}
				unknown++
				suggestion := "see how the bills write it"
				if lookups < mostLookups {
					lookups++
					if near := billing.Nearest(text, names); near != "" {
						suggestion = fmt.Sprintf("did you mean %q?", near)
					}
				}
				message := fmt.Sprintf("no bill of %s has the %s %q", l.Month.Period, strings.ReplaceAll(f.name, "_", " "), text)
				if len(p.Equal) == 1 {
					message += ", so the rule matches nothing"
				}
				l.say(UnknownName, Warning, r.Name, message, suggestion)
			}
			if unknown == len(p.Equal) {
				l.explained[i] = true
			}
		}
	}
}

// names are all texts that the bills of the month have in a field.
func (l *linter) names(f field) map[string]bool {
	known := map[string]bool{"": true}
	for _, k := range l.Month.Keys {
		for _, column := range f.columns {
			known[k.Text(column)] = true
		}
	}
	return known
}
