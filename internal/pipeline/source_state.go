package pipeline

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// mostNoted bounds a problem of a source that is kept, in bytes.
const mostNoted = 2000

// noteSource records what became of reading a month of a source, so that a failure is
// seen beside what was last read whole. It returns err. That nothing lay there is no
// news of either kind, and neither is that somebody cancelled it.
func (p *Pipeline) noteSource(ctx context.Context, s billing.Source, period billing.Period, loaded []Loaded, err error) error {
	switch {
	case ctx.Err() != nil:
		return err
	case err != nil:
		text := strings.ToValidUTF8(err.Error(), "")
		if len(text) > mostNoted {
			text = strings.ToValidUTF8(text[:mostNoted], "") + "…"
		}
		return errors.Join(err, p.home.Store.FailedSource(ctx, s.Name, period, text))
	case len(loaded) == 0:
		return nil
	}
	var rows int64
	var versions []string
	for _, l := range loaded {
		rows += l.Rows
		if !slices.Contains(versions, l.Version) {
			versions = append(versions, l.Version)
		}
	}
	return p.home.Store.CollectedSource(ctx, s.Name, period, strings.Join(versions, " "), rows)
}

// sourceOf finds a declared source by its name.
func sourceOf(c billing.Config, name string) (billing.Source, error) {
	i := slices.IndexFunc(c.Sources, func(s billing.Source) bool { return s.Name == name })
	if i < 0 {
		return billing.Source{}, &UnknownSourceError{name}
	}
	return c.Sources[i], nil
}

// UnknownSourceError says that no source of a name is declared.
type UnknownSourceError struct{ Name string }

// Error names the source.
func (e *UnknownSourceError) Error() string {
	return "no source is called \"" + e.Name + "\"; `sluice source list` lists the declared ones"
}

// Is makes it a store.ErrNotFound.
func (e *UnknownSourceError) Is(target error) bool { return target == store.ErrNotFound }
