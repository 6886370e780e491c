package explore

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Providers have a name beside their id, those that are declared as well.
func TestProviderLabels(t *testing.T) {
	labels := labelsOf(billing.Config{Providers: []billing.OwnProvider{{ID: "hyper", Name: "Hyper Cloud"}}}, Provider)
	for id, want := range map[string]string{"aws": "AWS", "azure": "Microsoft Azure", "hyper": "Hyper Cloud", "unknown": ""} {
		if labels[id] != want {
			t.Errorf("provider %s is labelled %q, want %q", id, labels[id], want)
		}
	}
}
