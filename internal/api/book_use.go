package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/bookuse"
)

// BookUseInput names a price book and a month.
type BookUseInput struct {
	ID     string         `path:"id" maxLength:"200" doc:"The price book, by its id"`
	Period billing.Period `query:"period" required:"true" doc:"The month, such as 2026-10" example:"2026-10"`
}

// BookUse is what a price book does in a month, and what is odd about it.
type BookUse struct {
	bookuse.Use
	AttachedTo []string      `json:"attached_to" doc:"Such as customers[acme], with the days where they are bounded; as declared now"`
	Remarks    []book.Remark `json:"remarks" doc:"What the book itself tells; lint-price-books looks at the lines of a month, too"`
}

// ShowBookUse says what a price book does in a month.
var ShowBookUse = Operation[*Desk, BookUseInput, BookUse]{
	ID: "show-price-book-use", Method: http.MethodGet, Path: "/price-books/{id}/use", Tag: "Prices", Title: "Show what a price book does in a month", Needs: access.ReadPrices, Kept: true,
	About: "For each rule of the book as declared now, in their order: how many charges and lines of the month it prices by the rating in force, from which cost, at which price, and the difference. " +
		"Beside them what none of its rules matched, by service; which billing groups pay by the book; and what is wrong with the book or odd about it. Amounts are exact, tax out, in the provider's currency.\n\n" +
		"Where several books make a price together (`then: parent`), it counts for the rule of the nearest one. It is refused where the month is not rated.",
	Do: func(ctx context.Context, d *Desk, in BookUseInput) (BookUse, error) {
		books, err := BooksWanted{Books: []string{in.ID}}.of(d)
		if err != nil {
			return BookUse{}, err
		}
		use, err := d.BookUses.Of(ctx, in.Period, books[0])
		if err != nil {
			return BookUse{}, err
		}
		return BookUse{use, attachmentsOf(d.Declared, in.ID), book.Lint(books[0], book.Options{Today: billing.DayOf(d.Now().UTC())})}, nil
	},
}
