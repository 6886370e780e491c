package engine

import (
	"database/sql"
	"fmt"

	"github.com/sluice-billing/sluice/internal/money"
)

// Exact reads a number that leaves the engine as text, CAST(… AS VARCHAR), into
// a decimal; null is zero.
func Exact(to *money.Decimal) sql.Scanner { return exact{to} }

type exact struct{ to *money.Decimal }

func (n exact) Scan(value any) error {
	switch value := value.(type) {
	case nil:
		*n.to = money.Zero
		return nil
	case string:
		return n.to.UnmarshalText([]byte(value))
	}
	return fmt.Errorf("a number came as %T, not as text", value)
}
