package deliver

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// FileName is the invoice's number or id without what a file name cannot hold. No
// two ids give one name: what follows the group in an id, as in 2026-10/acme/aws,
// is behind a sign that no group's id has.
func FileName(inv invoice.Invoice, format Format) string {
	month, rest, _ := strings.Cut(inv.ID, "/")
	name := month + "-" + strings.ReplaceAll(rest, "/", "~")
	if inv.Number != "" {
		name = inv.Number
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, name) + format.Ending
}
