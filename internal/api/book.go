package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/bookfile"
	"github.com/sluice-billing/sluice/internal/money"
)

// Book is a price book in a list.
type Book struct {
	ID         string   `json:"id"`
	Rules      int      `json:"rules"`
	Examples   int      `json:"examples"`
	Order      string   `json:"order"`
	Then       string   `json:"then,omitempty"`
	AttachedTo []string `json:"attached_to" doc:"Such as customers[acme], with the days where they are bounded"`
}

// ListBooks lists the price books in force.
var ListBooks = Listing[*Desk, struct{}, Book]{
	ID: "list-price-books", Path: "/price-books", Tag: "Prices", Title: "List price books", Needs: access.ReadPrices,
	About: "The price books in force, by id, and to whom each is attached. Their rules are in `/config/price_books/{id}`.",
	Key:   func(b Book) string { return b.ID },
	Do: func(_ context.Context, d *Desk, _ struct{}) ([]Book, error) {
		list := []Book{}
		for _, b := range d.Declared.PriceBooks {
			list = append(list, Book{b.ID, len(b.Rules), len(b.Examples), cmp.Or(b.Order, billing.FirstMatch), b.Then, attachmentsOf(d.Declared, b.ID)})
		}
		slices.SortFunc(list, func(a, b Book) int { return cmp.Compare(a.ID, b.ID) })
		return list, nil
	},
}

// attachmentsOf lists whatever a book is attached to.
func attachmentsOf(c billing.Config, book string) []string {
	all := []string{}
	add := func(path string, attached billing.Attachments) {
		for _, a := range attached {
			if a.Book != book {
				continue
			}
			days := ""
			if a.From != nil {
				days += " from " + a.From.String()
			}
			if a.To != nil {
				days += " to " + a.To.String()
			}
			all = append(all, path+days)
		}
	}
	if c.Reseller != nil {
		add("reseller", c.Reseller.SellingBook)
	}
	for _, x := range c.Customers {
		add("customers["+x.ID+"]", x.PriceBook)
		add("customers["+x.ID+"], who resells", x.SellingBook)
	}
	for _, g := range c.BillingGroups {
		add("billing_groups["+g.ID+"]", g.PriceBook)
	}
	for _, a := range c.Accounts {
		add("accounts["+a.ID+"]", a.PriceBook)
	}
	return all
}

// BooksWanted are price books: of a configuration that is given, or those in force.
type BooksWanted struct {
	Config *Configuration `json:"config,omitempty" doc:"Look at its price books, as if it were applied, instead of those in force"`
	Books  []string       `json:"books,omitempty" maxItems:"10000" doc:"The ids of the books; all where none are given"`
}

// of are the wanted books.
func (w BooksWanted) of(d *Desk) ([]billing.PriceBook, error) {
	all := d.Declared.PriceBooks
	if w.Config != nil {
		all = w.Config.PriceBooks
	}
	if len(w.Books) == 0 {
		return all, nil
	}
	var found []billing.PriceBook
	for _, id := range w.Books {
		i := slices.IndexFunc(all, func(b billing.PriceBook) bool { return b.ID == id })
		if i < 0 {
			return nil, &Problem{Code: "not-found", Detail: fmt.Sprintf("there is no price book %q", id)}
		}
		found = append(found, all[i])
	}
	return found, nil
}

// TestBooksInput says which books to test.
type TestBooksInput struct{ Body BooksWanted }

// TestedBook is what became of a book's examples.
type TestedBook struct {
	Book     string         `json:"book"`
	Examples int            `json:"examples"`
	Failures []book.Failure `json:"failures"`
}

// TestedBooks are books whose examples were tried.
type TestedBooks struct {
	Books []TestedBook `json:"books"`
}

// TestBooks runs the examples of price books.
var TestBooks = Operation[*Desk, TestBooksInput, TestedBooks]{
	ID: "test-price-books", Method: http.MethodPost, Path: "/price-books/test", Tag: "Prices", Title: "Run the examples of price books", Needs: access.ReadPrices, Upload: mostTried,
	About: "Prices the examples that stand in price books and tells which do not come out as they say: price, rule, what is charged for managing it, or that it is excluded. Prices are exact. Changes nothing.",
	Do: func(_ context.Context, d *Desk, in TestBooksInput) (TestedBooks, error) {
		books, err := in.Body.of(d)
		tested := TestedBooks{Books: []TestedBook{}}
		for _, b := range books {
			tested.Books = append(tested.Books, TestedBook{b.ID, len(b.Examples), append([]book.Failure{}, book.Test(b)...)})
		}
		return tested, err
	},
}

// LintBooksInput says which books to look at, and with what.
type LintBooksInput struct {
	Body struct {
		BooksWanted
		Month       *billing.Period `json:"month,omitempty" doc:"Look at the lines of this month, which is loaded, too"`
		MarginFloor *money.Decimal  `json:"margin_floor,omitempty" doc:"With a month: the least margin, in percent of the price; needs the permission margin.read"`
	}
}

// LintedBook is what there is to say of a book.
type LintedBook struct {
	Book    string        `json:"book"`
	Remarks []book.Remark `json:"remarks"`
}

// LintedBooks are books that were looked at.
type LintedBooks struct {
	Books []LintedBook `json:"books"`
}

// LintBooks finds what is wrong with price books, or odd about them.
var LintBooks = Operation[*Desk, LintBooksInput, LintedBooks]{
	ID: "lint-price-books", Method: http.MethodPost, Path: "/price-books/lint", Tag: "Prices", Title: "Find what is wrong with price books", Needs: access.ReadPrices, Upload: mostTried,
	About: "Looks at price books, those in force or those of a configuration that is not applied yet: for rules that can never match or never win, days that two rules leave out between them or both have, and more.\n\n" +
		"With a month it also looks at its lines: which rules match nothing in it, what earlier rules take from later ones, which usage no rule prices, names that no bill has, tiers that nobody reaches, units that do not go together; " +
		"and with a margin floor which rules leave less than so many percent of the price. Changes nothing.",
	Long: true,
	Do: func(ctx context.Context, d *Desk, in LintBooksInput) (LintedBooks, error) {
		floor, linted := in.Body.MarginFloor, LintedBooks{Books: []LintedBook{}}
		if floor != nil {
			switch {
			case floor.Cmp(money.FromInt(100)) > 0:
				return linted, invalid("body.margin_floor", "is not a margin; use a percentage of the price")
			case in.Body.Month == nil:
				return linted, invalid("body.margin_floor", "needs a month")
			}
			if err := d.May(access.ReadMargin); err != nil {
				return linted, err
			}
		}
		books, err := in.Body.of(d)
		if err != nil {
			return linted, err
		}
		o := book.Options{Today: billing.DayOf(d.Now().UTC()), MarginFloor: floor}
		look := func(b billing.PriceBook, m *book.Month) error {
			o.Month = m
			linted.Books = append(linted.Books, LintedBook{b.ID, append([]book.Remark{}, book.Lint(b, o)...)})
			return nil
		}
		if in.Body.Month != nil {
			return linted, d.lintMonth(ctx, in, books, look)
		}
		for _, b := range books {
			if err := look(b, nil); err != nil {
				return linted, err
			}
		}
		return linted, nil
	},
}

// lintMonth has the books looked at together with the lines of a month.
func (d *Desk) lintMonth(ctx context.Context, in LintBooksInput, books []billing.PriceBook, look func(billing.PriceBook, *book.Month) error) error {
	var how declaring
	if in.Body.Config != nil {
		how.wanted = billing.Config(*in.Body.Config)
	}
	changes, _, err := d.compare(ctx, how)
	if err != nil {
		return err
	}
	declared, err := d.With(ctx, changes)
	if err != nil {
		return err
	}
	var ids []string
	for _, b := range books {
		ids = append(ids, b.ID)
	}
	return d.Trials.BookMonths(ctx, declared, ids, *in.Body.Month, look)
}

// mostBookFile is the largest file of another product that is read, in bytes.
const mostBookFile = 32 << 20

// ConvertBookInput is a file of prices of another product.
type ConvertBookInput struct {
	Name               string `query:"name" maxLength:"255" doc:"The name of the file, which may tell its format"`
	Format             string `query:"format" enum:"abc,cloudhealth,ripple,abiquo" doc:"The format of the file; what it looks like where it is not given"`
	PositiveIsDiscount bool   `query:"positive_is_discount" doc:"With ripple: a positive value is a discount, not a negative one"`
	RawBody            []byte
}

// ConvertBook makes price books of another product's file.
var ConvertBook = Operation[*Desk, ConvertBookInput, bookfile.Result]{
	ID: "convert-price-book", Method: http.MethodPost, Path: "/price-books/convert", Tag: "Prices", Title: "Make price books of another product's file", Needs: access.ReadPrices, Upload: mostBookFile,
	About: "Reads the prices of another product and answers with price books: AWS Billing Conductor (abc), a CloudHealth price book (cloudhealth), Ripple (ripple) or Abiquo's price factors (abiquo). " +
		"It applies nothing. What the file says and a price book does not is listed in `lost`, and what it attaches its books to in `attach`.",
	Do: func(_ context.Context, _ *Desk, in ConvertBookInput) (bookfile.Result, error) {
		as := bookfile.Format(in.Format)
		if in.Format == "" {
			var ok bool
			if as, ok = bookfile.Detect(in.Name, in.RawBody); !ok {
				return bookfile.Result{}, invalid("query.format", "is needed: the file does not tell its format")
			}
		}
		var options []bookfile.Option
		if in.PositiveIsDiscount {
			options = append(options, bookfile.PositiveIsDiscount())
		}
		made, err := bookfile.Read(as, in.Name, in.RawBody, options...)
		if err != nil {
			return made, invalid("body", "%s", err)
		}
		made.Books = append([]billing.PriceBook{}, made.Books...)
		return made, nil
	},
}
