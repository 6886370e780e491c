// Package answer owns the questions that are asked of a month as it was rated: why a
// charge or a line costs what it does, and what its commitments covered. It decides on
// nothing: the reasons are those that packages rating and commitment have written.
package answer

import "github.com/sluice-billing/sluice/internal/month"

// Answers are what a rated month has to say for itself.
type Answers struct{ home *month.Installation }

// New returns the answers of an installation.
func New(home *month.Installation) *Answers { return &Answers{home} }
