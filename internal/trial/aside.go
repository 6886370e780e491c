package trial

import (
	"context"
	"errors"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/month"
)

// priceAside prices an open month by its configuration, beside the lake, and
// leaves nothing of it behind. look is given the files of the charges while
// they are there; the views charges, parts and hours are of this pricing then.
func (ts *Trials) priceAside(ctx context.Context, m *month.Work, look func(charges []string) error) (err error) {
	aside, remove, err := ts.home.Lake.Aside()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	m.Revision = ulid.Make().String()
	if err := ts.home.Price(ctx, m, aside); err != nil {
		return err
	}
	files, err := aside.Charges(m.Period, m.Revision, "")
	if err != nil {
		return err
	}
	return look(files)
}
