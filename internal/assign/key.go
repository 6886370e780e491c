package assign

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
)

// Key is one distinct pricing key of a load: all that price rules can ask
// about. A month has 10^2 to 10^5 of them, whatever its lines.
type Key struct {
	Load   string
	Number int32 // x_pricing_key of its lines
	Texts  [lake.KeyTexts]string
}

// Text returns a text of the key; empty where the line has none.
func (k Key) Text(t lake.Text) string { return k.Texts[t] }

// ReadKeys reads the pricing keys of all loads from the view "pricing_keys".
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
