package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/rating"
)

// priceAside prices an open month by its configuration, beside the lake, and
// leaves nothing of it behind. look is given the files of the charges while
// they are there; the views charges, parts and hours are of this pricing then.
func (p *Pipeline) priceAside(ctx context.Context, m *month, look func(charges []string) error) (err error) {
	folder, err := os.MkdirTemp("", "sluice-aside-")
	if err != nil {
		return fmt.Errorf("a temporary folder for prices that are only looked at: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	work, err := p.assigned(m)
	if err != nil {
		return err
	}
	if err := assign.Open(ctx, m.session, work); err != nil {
		return err
	}
	aside := *p
	aside.Lake = lake.At(folder)
	m.revision = ulid.Make().String()
	if err := aside.commit(ctx, m, work); err != nil {
		return err
	}
	report, err := rating.Rate(ctx, m.session, rating.Input{Month: work, Dir: aside.Lake.RatedDir(m.period, m.revision)})
	if err != nil {
		return err
	}
	files, err := aside.Lake.Charges(m.period, m.revision, "")
	if err != nil {
		return err
	}
	if err := m.session.View(ctx, "charges", files); err != nil {
		return err
	}
	if err := rating.Conserved(ctx, m.session, report); err != nil {
		return err
	}
	return look(files)
}
