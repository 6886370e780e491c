package explore

import (
	"context"

	"github.com/sluice-billing/sluice/internal/engine"
)

// accountNames is the table of the names that accounts were given in the
// configuration.
const accountNames = "account_names"

// nameAccounts makes the table accountNames where a question asks for names. They are
// not in the sums, which follow from the charges alone: an account that is given
// another name has it at once, in all months, as documents have it that are drafted now.
func (x *Explorer) nameAccounts(ctx context.Context, s engine.Session, q Question) error {
	if !q.asks(AccountName) {
		return nil
	}
	declared, err := x.home.Config(ctx)
	if err != nil {
		return err
	}
	var rows [][]any
	for id, name := range declared.AccountNames() {
		rows = append(rows, []any{id, name})
	}
	return s.Table(ctx, accountNames, []engine.TableColumn{{Name: "account", Type: "VARCHAR"}, {Name: "name", Type: "VARCHAR"}}, rows)
}
