package pipeline

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/store"
)

// Lines that another version wrote are not read together with today's.
func TestCheckLayout(t *testing.T) {
	load := func(layout string) store.Load {
		totals, err := json.Marshal(ingest.Totals{Layout: layout})
		if err != nil {
			t.Fatal(err)
		}
		return store.Load{Payer: "111111111111", Report: "cur", Totals: totals}
	}
	if err := checkLayout(load(lake.Layout)); err != nil {
		t.Error(err)
	}
	for _, old := range []string{"", "0123456789ab"} {
		err := checkLayout(load(old))
		if err == nil || !strings.Contains(err.Error(), "111111111111 cur") || !strings.Contains(err.Error(), "sluice ingest") {
			t.Errorf("layout %q: %v", old, err)
		}
	}
}
