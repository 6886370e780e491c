package config

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
)

// didYouMean returns ` did you mean "x"?` for the option nearest to word, or
// nothing when none is near.
func didYouMean(word string, options []string) string {
	const most = 1000 // beyond it, looking costs much and helps nobody
	best := billing.Nearest(word, options[:min(len(options), most)])
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" did you mean %q?", best)
}
