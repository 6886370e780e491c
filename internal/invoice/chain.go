package invoice

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
)

// Why a document is corrected. A person may write any other reason.
const (
	Restated  = "restated"  // the provider changed the month
	Repriced  = "repriced"  // prices, or who owns what, changed
	Resettled = "resettled" // the settings of the month changed
)

// A chain is all documents of a group, month and provider: the invoice, and the
// notes that correct it. The id of the first is ID; the next ones have their place
// after it: 2026-10/acme-main/2.

// place is a document's place in its chain, from 1.
func (inv Invoice) place() int {
	own, found := strings.CutPrefix(inv.ID, ID(inv.Period, inv.Group, inv.Provider)+"/")
	if !found {
		return 1
	}
	n, err := strconv.Atoi(own)
	if err != nil {
		return 1
	}
	return n
}

// SortChain sorts documents of one chain by their places.
func SortChain(chain []Invoice) {
	slices.SortFunc(chain, func(a, b Invoice) int { return cmp.Compare(a.place(), b.place()) })
}

// NextID is the id of the document that comes next in a chain, which is sorted.
func NextID(chain []Invoice) string {
	last := chain[len(chain)-1]
	return fmt.Sprintf("%s/%d", ID(last.Period, last.Group, last.Provider), last.place()+1)
}

// Voids tells whether the document takes back all that was issued before it in its
// chain.
func (inv Invoice) Voids() bool { return inv.Corrects != nil && inv.Corrects.Voids }

// InForce are the documents of a sorted chain that were issued since it was last
// voided.
func InForce(chain []Invoice) []Invoice {
	for i := len(chain) - 1; i >= 0; i-- {
		if chain[i].Voids() {
			return chain[i+1:]
		}
	}
	return chain
}

// NumbersInForce names, for each billing group, an issued document of one month
// that is not voided; the first of its chain. A group whose documents are all
// voided has none: it can be billed anew.
func NumbersInForce(documents []Invoice) map[string]string {
	chains, numbers := map[[2]string][]Invoice{}, map[string]string{}
	for _, x := range documents {
		if x.State == Issued {
			key := [2]string{x.Group, x.Provider}
			chains[key] = append(chains[key], x)
		}
	}
	for key, chain := range chains {
		SortChain(chain)
		if inForce := InForce(chain); len(inForce) > 0 {
			numbers[key[0]] = max(numbers[key[0]], inForce[0].Number)
		}
	}
	return numbers
}

// Void returns the draft of the credit note that takes back what is in force of a
// chain: the negative of its sum. What was prepaid for it goes back to the balance,
// and what it carried there is taken from it. reason is a person's.
func Void(chain []Invoice, reason string) Invoice {
	inForce := InForce(chain)
	nothing := inForce[len(inForce)-1].without()
	note, _ := Correct(chain, nothing, reason)
	note.Corrects.Voids = true
	note.PrepaidUsed, note.Carried = money.Zero, money.Zero
	for _, issued := range inForce {
		note.Carried = note.Carried.Add(issued.PrepaidUsed).Sub(issued.Carried)
	}
	note.Payable = note.Total.Add(note.Carried)
	return note
}

// without is the draft of a document without any amount.
func (inv Invoice) without() Invoice {
	return Invoice{
		ID: inv.ID, State: Draft, Period: inv.Period, Group: inv.Group, Customer: inv.Customer, Provider: inv.Provider, ProviderNames: inv.ProviderNames,
		Language: inv.Language, Title: inv.Title, Seller: inv.Seller, Buyer: inv.Buyer, Payment: inv.Payment, Note: inv.Note,
		DueTerms: inv.DueTerms, Currency: inv.Currency, Digits: inv.Digits, Rounding: inv.Rounding, Rates: inv.Rates,
		TaxInclusive: inv.TaxInclusive, Inputs: inv.Inputs, Frozen: inv.Frozen,
	}
}
