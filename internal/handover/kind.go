package handover

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// kind is what can be handed over.
type kind struct {
	name     string
	document bool                   // it is a document, and not a data set of a month
	of       []invoice.DocumentKind // which documents it is; empty where it is for any
	sent     bool                   // the document counts as sent when it is handed over
	ways     []string               // by which it goes; empty is by all
}

// kinds lists what can be handed over, in the order to offer it.
var kinds = []kind{
	{name: "invoice", document: true, sent: true, of: []invoice.DocumentKind{invoice.DocumentInvoice, invoice.DocumentDebitNote}},
	{name: "credit-note", document: true, sent: true, of: []invoice.DocumentKind{invoice.DocumentCreditNote}},
	{name: whatReminder, document: true, ways: []string{ByMail}},
	{name: "statement", ways: datasetWays},
	{name: "focus", ways: datasetWays},
	{name: "cur2", ways: datasetWays},
	{name: "accounting", ways: datasetWays},
}

var datasetWays = []string{ByMail, BySFTP, ByBucket, ByFolder}

const (
	whatReminder = "reminder"
	whatTest     = "test" // of a route, asked for by hand
)

// Kinds are the names of what can be handed over, in the order to offer them.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

func kindOf(name string) (kind, bool) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// is tells whether a document is of the kind.
func (k kind) is(d invoice.DocumentKind) bool {
	return k.document && k.name != whatReminder && slices.Contains(k.of, d)
}
