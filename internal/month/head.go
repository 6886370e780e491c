package month

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

// Head is a document without its lines and what it was made from, and what is on
// record of it: what a list says of it.
type Head struct {
	Stored   store.Invoice   // without the document
	Document invoice.Invoice // without accounts, charges, inputs and settings
}

// Heads keeps the heads of documents that were read, by id and hash: a document with
// the same hash is the same. It is safe for use by several goroutines; nil keeps
// nothing.
type Heads struct {
	mu    sync.Mutex
	known map[[2]string]invoice.Invoice
}

// mostHeads bounds the memory, at some two KiB each.
const mostHeads = 100_000

func (h *Heads) get(s store.Invoice) (head invoice.Invoice, ok bool) {
	if h == nil {
		return head, false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	head, ok = h.known[[2]string{s.ID, s.Hash}]
	return head, ok
}

func (h *Heads) put(s store.Invoice, head invoice.Invoice) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil || len(h.known) >= mostHeads {
		h.known = map[[2]string]invoice.Invoice{}
	}
	h.known[[2]string{s.ID, s.Hash}] = head
}

// DocumentHeads returns the heads of the documents of a month, or of all months when
// it is zero. Documents are read once, as long as they do not change.
func (home *Installation) DocumentHeads(ctx context.Context, period billing.Period) ([]Head, error) {
	facts, err := home.Store.InvoiceFacts(ctx, period)
	if err != nil {
		return nil, err
	}
	heads, missing := make([]Head, len(facts)), 0
	for i, f := range facts {
		heads[i].Stored = f
		var known bool
		if heads[i].Document, known = home.Heads.get(f); !known {
			missing++
		}
	}
	if missing == 0 {
		return heads, nil
	}
	stored, err := home.Store.Invoices(ctx, period)
	if err != nil {
		return nil, err
	}
	heads = make([]Head, len(stored))
	for i, s := range stored {
		head, known := home.Heads.get(s)
		if !known {
			if err := json.Unmarshal(s.Document, &head); err != nil {
				return nil, fmt.Errorf("the document of %s: %w", s.ID, err)
			}
			head = headOf(head)
			home.Heads.put(s, head)
		}
		s.Document = nil
		heads[i] = Head{s, head}
	}
	return heads, nil
}

// headOf leaves out what is long.
func headOf(inv invoice.Invoice) invoice.Invoice {
	inv.Accounts, inv.Support, inv.Agency, inv.Discounts = nil, nil, nil, nil
	inv.BillingServices, inv.Shortfalls, inv.AdditionalItems, inv.Coupons, inv.Further = nil, nil, nil, nil, nil
	inv.Rates, inv.Notes = nil, []statement.Note(nil)
	inv.Inputs, inv.Frozen = invoice.Inputs{}, invoice.Frozen{}
	return inv
}
