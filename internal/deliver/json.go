package deliver

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// writeJSON writes the invoice itself, indented, with a line feed at the end.
// Decimals are strings, so that no reader makes floating-point numbers of them.
func writeJSON(w io.Writer, inv invoice.Invoice) error {
	if inv.Inputs.Loads == nil { // of a document that is shown without what it was made from
		inv.Inputs.Loads = []string{}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(inv); err != nil {
		return fmt.Errorf("writing invoice %s as JSON: %w", inv.ID, err)
	}
	return nil
}
