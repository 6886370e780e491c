package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/store"
)

// Why explains a price (R17). id names a charge, 2026-10/123, or a line of the
// provider's file, LOAD:FILE:ROW with the load's id and numbers as in x_file
// and x_row. A charge is explained by the parts of lines it is made of, a line
// by its parts and the charges they went to.
func (p *Pipeline) Why(ctx context.Context, id string) (rating.Explanation, error) {
	if period, number, ok := strings.Cut(id, "/"); ok {
		month, err := billing.ParsePeriod(period)
		if err != nil {
			return rating.Explanation{}, err
		}
		charge, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return rating.Explanation{}, fmt.Errorf("%q is not the number of a charge", number)
		}
		return p.explain(ctx, month, func(e rating.Explainer) (rating.Explanation, error) { return e.Charge(ctx, charge) })
	}
	parts := strings.Split(id, ":")
	if len(parts) != 3 {
		return rating.Explanation{}, fmt.Errorf("%q is neither a charge (2026-10/123) nor a line (LOAD:FILE:ROW)", id)
	}
	file, err1 := strconv.ParseInt(parts[1], 10, 32)
	row, err2 := strconv.ParseInt(parts[2], 10, 64)
	if errors.Join(err1, err2) != nil {
		return rating.Explanation{}, fmt.Errorf("%q: file and row of a line are numbers, such as %s:0:17", id, parts[0])
	}
	load, err := p.Store.Load(ctx, parts[0])
	if err != nil {
		return rating.Explanation{}, err
	}
	return p.explain(ctx, load.Period, func(e rating.Explainer) (rating.Explanation, error) {
		return e.Line(ctx, load.ID, file, row)
	})
}

func (p *Pipeline) explain(ctx context.Context, period billing.Period, ask func(rating.Explainer) (rating.Explanation, error)) (rating.Explanation, error) {
	m, err := p.openRated(ctx, period)
	if err != nil {
		return rating.Explanation{}, err
	}
	defer m.session.Close()
	files := map[string][]store.LoadFile{}
	for _, l := range m.loads {
		files[l.ID] = l.Files
	}
	work, err := p.assigned(m)
	if err != nil {
		return rating.Explanation{}, err
	}
	x, err := ask(rating.Explainer{Session: m.session, Input: rating.Input{Month: work}})
	if err != nil {
		return x, err
	}
	x.Config = ruling(m.config)
	lines := []*rating.Line{x.Line}
	for _, part := range x.Parts {
		lines = append(lines, part.Line)
	}
	for _, line := range lines {
		if line == nil {
			continue
		}
		if known := files[line.Load]; int(line.File) < len(known) {
			line.FileName = known[line.File].Key
		}
	}
	return x, nil
}
