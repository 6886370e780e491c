package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/lake"
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
	aside := lake.At(folder)
	m.revision = ulid.Make().String()
	if err := p.price(ctx, m, aside); err != nil {
		return err
	}
	files, err := aside.Charges(m.period, m.revision, "")
	if err != nil {
		return err
	}
	return look(files)
}
