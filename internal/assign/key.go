package assign

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
)

// Key is one distinct pricing key of a load, with a tag set where tags matter:
// all that price rules can ask about. A month has 10^2 to 10^5 of them,
// whatever its lines.
type Key struct {
	Load   string
	Number int32 // x_pricing_key of its lines
	Texts  [lake.KeyTexts]string
	TagSet
}

// Text returns a text of the key; empty where the line has none.
func (k Key) Text(t lake.Text) string { return k.Texts[t] }

// ReadKeys reads the pricing keys of all loads from the view "pricing_keys",
// without tags, sorted by load and number.
func ReadKeys(ctx context.Context, s engine.Session) ([]Key, error) {
	names := make([]string, lake.KeyTexts)
	for i := range names {
		names[i] = "COALESCE(" + lake.Texts[i].Name + ", '')"
	}
	return engine.Collect(ctx, s, func(k *Key) []any {
		to := []any{&k.Load, &k.Number}
		for i := range k.Texts {
			to = append(to, &k.Texts[i])
		}
		return to
	}, fmt.Sprintf("SELECT load, %s, %s FROM pricing_keys ORDER BY 1, 2", lake.PricingKey.Name, strings.Join(names, ", ")))
}

// ReadKeys reads what price rules are to be matched with, of a month that is
// open (Open). Where rules ask about tags it is each pricing key with each tag
// set that a line has with it, sorted by load, number and set; else it is the
// pricing keys without tags, whatever sets the claims make.
func (m Month) ReadKeys(ctx context.Context, s engine.Session) ([]Key, error) {
	plain, err := ReadKeys(ctx, s)
	if err != nil || !m.RulesUseTags() {
		return plain, err
	}
	sets, err := m.ReadTagSets(ctx, s)
	if err != nil {
		return nil, err
	}
	type id struct {
		load   string
		number int32
	}
	byID := map[id]Key{}
	for _, k := range plain {
		byID[id{k.Load, k.Number}] = k
	}
	type row struct {
		id
		set int32
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any { return []any{&r.load, &r.number, &r.set} },
		"SELECT DISTINCT load, "+lake.PricingKey.Name+", x_tag_set FROM tagged_lines ORDER BY 1, 2, 3")
	if err != nil {
		return nil, err
	}
	keys := make([]Key, len(rows))
	for i, r := range rows {
		keys[i] = byID[r.id]
		keys[i].TagSet = sets[r.set]
	}
	return keys, nil
}
