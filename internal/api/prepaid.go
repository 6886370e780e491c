package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/receivable"
)

// PrepaidQuery chooses what was prepaid.
type PrepaidQuery struct {
	Group string `query:"group" maxLength:"200" doc:"Only of this billing group"`
	AsOf  Date   `query:"as_of" doc:"The last day that counts; today, UTC, where it is not given" example:"2026-12-31"`
}

// ListPrepaid lists the entries of the prepaid ledger.
var ListPrepaid = Listing[*Desk, PrepaidQuery, invoice.LedgerLine]{
	ID: "list-prepaid", Path: "/prepaid", Tag: "Payments", Title: "List the entries of the prepaid ledger", Needs: access.ReadPayments,
	About: "What came in, went out and expired until the end of a day, by billing group and currency, with the balance after each.",
	Key: func(l invoice.LedgerLine) string {
		return fmt.Sprintf("%s %s %s %s", l.Group, l.Currency, l.Kind, l.Key)
	},
	Do: func(ctx context.Context, d *Desk, in PrepaidQuery) ([]invoice.LedgerLine, error) {
		return d.Receivables.Prepaid(ctx, in.Group, in.AsOf.or(d.Today()))
	},
}

// ListPrepaidBalances lists what is left of what was prepaid.
var ListPrepaidBalances = Listing[*Desk, PrepaidQuery, receivable.PrepaidBalance]{
	ID: "list-prepaid-balances", Path: "/prepaid/balances", Tag: "Payments", Title: "List prepaid balances", Needs: access.ReadPayments,
	About: "What billing groups have prepaid, and not used, at the end of a day.",
	Key:   func(b receivable.PrepaidBalance) string { return b.Group + " " + string(b.Currency) },
	Do: func(ctx context.Context, d *Desk, in PrepaidQuery) ([]receivable.PrepaidBalance, error) {
		return d.Receivables.PrepaidBalances(ctx, in.Group, in.AsOf.or(d.Today()))
	},
}

// PostingInput is an entry of the prepaid ledger.
type PostingInput struct {
	Body struct {
		Group     string             `json:"group" minLength:"1" maxLength:"200" doc:"The billing group"`
		Kind      invoice.LedgerKind `json:"kind" enum:"top-up,refund,correction" doc:"Paid in advance, paid back, or a correction of the balance"`
		Amount    money.Decimal      `json:"amount" doc:"What was paid in or paid back, more than 0; of a correction by how much the balance changes, negative where it goes down"`
		Currency  money.Currency     `json:"currency,omitempty" doc:"Of the amount; that of the group's invoices where it is not given"`
		On        *billing.Day       `json:"on,omitempty" doc:"The day it counts from; today, UTC, where it is not given"`
		Expires   *billing.Day       `json:"expires,omitempty" doc:"Of a top-up: the first day on which it cannot be used any more"`
		Key       string             `json:"key,omitempty" maxLength:"500" doc:"The bank's reference, which no other entry has; made of the facts where it is not given"`
		Reference string             `json:"reference,omitempty" maxLength:"2000" doc:"Text that is kept with it; of a correction, why"`
	}
}

// PostPrepaid posts an entry to the prepaid ledger.
var PostPrepaid = Operation[*Desk, PostingInput, receivable.PrepaidPosting]{
	ID: "post-prepaid", Method: http.MethodPost, Path: "/prepaid", Tag: "Payments", Title: "Post to the prepaid ledger", Needs: access.WritePayments, Creates: true,
	About: "A top-up records what a customer paid in advance; what expires first is used first. A refund records what was paid back, no more than the balance. A correction raises or lowers the balance, and keeps why. " +
		"What would overdraw the balance is refused.\n\nThe key keeps an entry from being posted twice: the same key with the same facts changes nothing, with other facts it is refused.",
	Do: func(ctx context.Context, d *Desk, in PostingInput) (receivable.PrepaidPosting, error) {
		b := in.Body
		switch b.Kind {
		case invoice.LedgerTopUp, invoice.LedgerRefund:
			if b.Amount.Sign() <= 0 {
				return receivable.PrepaidPosting{}, invalid("body.amount", "the amount of a %s is more than 0; a correction corrects", b.Kind)
			}
		case invoice.LedgerCorrection:
			if b.Reference == "" {
				return receivable.PrepaidPosting{}, invalid("body.reference", "a correction needs a reason")
			}
		default: // documents post the others
			return receivable.PrepaidPosting{}, invalid("body.kind", "%q is not top-up, refund or correction", b.Kind)
		}
		if b.Kind == invoice.LedgerRefund {
			b.Amount = b.Amount.Neg()
		}
		return d.Receivables.PostPrepaid(ctx, invoice.LedgerEntry{
			Key: b.Key, Group: b.Group, Currency: b.Currency, Kind: b.Kind, On: dayOr(b.On, d.Today()), Amount: b.Amount,
			Expires: b.Expires, Reference: b.Reference,
		})
	},
}
