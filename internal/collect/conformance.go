package collect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/backend/conformance"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/plugin"
)

// tryingTime bounds all trials of a backend together.
const tryingTime = 30 * time.Minute

// Tryable is an error where a backend speaks a protocol that is not ours to try.
func Tryable(b billing.Backend) error {
	if b.Protocol == "" || b.Protocol == plugin.Sluice {
		return nil
	}
	return fmt.Errorf("backend %s speaks protocol %s, whose contract is not ours; verify it without a trial, and ask who makes it what it keeps", b.Name, b.Protocol)
}

// Try tries a backend against the contract with a credential of it, which must work, and
// a month that has costs. large, where it is given, is a month of more than a thousand
// rows. Nothing is collected. What came of each trial is in the results, without the
// values of the credential; the error is of what cannot be tried.
func (c *Collector) Try(ctx context.Context, b billing.Backend, with plugin.Credential, month billing.Period, large *billing.Period) ([]conformance.Result, error) {
	if err := Tryable(b); err != nil {
		return nil, err
	}
	target := conformance.Target{
		Address: b.Address, Schema: with.Schema, Fields: map[string]string{}, Options: b.Options, Month: month.String(), IdleSeconds: int(b.IdleSeconds), MostRows: b.MostRows,
	}
	for name, text := range with.Fields {
		target.Fields[name] = text.Reveal()
	}
	if large != nil {
		target.Large = large.String()
	}
	within, cancel := context.WithTimeout(ctx, tryingTime)
	defer cancel()
	results := conformance.Try(within, target)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for i, r := range results {
		if r.Err != nil {
			results[i].Err = errors.New(with.Hidden(r.Err.Error()))
		}
	}
	return results, nil
}
