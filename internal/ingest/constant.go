package ingest

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
)

// constants are the texts that finish gives to lines, as bytes made once.
var constants = func() map[string][]byte {
	m := map[string][]byte{}
	for _, s := range append(billing.ProviderIDs(),
		lake.ClassUsage, lake.ClassCommitmentFee, lake.ClassMarketplace, lake.ClassEntry, lake.ClassTax,
		lake.FenceSplitCost, lake.FenceNegation,
		"Usage", "Purchase", "Tax", "Credit", "Adjustment", "USD", "Used", "Reservation", "Savings Plan", "Spend",
	) {
		m[s] = []byte(s)
	}
	return m
}()

// constant returns a text as bytes that nobody may change. One that is not in
// constants is made anew, on each line.
func constant(s string) []byte {
	if b, ok := constants[s]; ok {
		return b
	}
	return []byte(s)
}
