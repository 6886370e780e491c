package config

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
)

// attachments checks the books that one thing has over time (R13).
func (k *checker) attachments(path string, all billing.Attachments) {
	var held spans
	for i, a := range all {
		at := attachmentPath(path, all, i)
		k.required(bookPath(path, all, i), a.Book)
		s := days(a.From, a.To)
		if s.from >= s.to {
			k.fail(at+".to", "%s is not after from, %s; to is the first day on which the book does not hold any more", *a.To, *a.From)
		}
		s.path, s.owner = at, a.Book
		held.add("", s)
	}
	held.overlaps(func(_ string, present, later span) {
		k.conflict(later.path, []string{present.path}, "book %s holds %s, but book %s holds %s; only one holds on a day, so end one of the two before the other begins",
			later.owner, later.dates, present.owner, present.dates)
	})
}

// attachmentPath is where the i-th attachment is written: one for all time
// stands alone.
func attachmentPath(path string, all billing.Attachments, i int) string {
	if len(all) == 1 && all[0].From == nil && all[0].To == nil {
		return path
	}
	return fmt.Sprintf("%s[%d]", path, i)
}

// bookPath is where the id of the i-th attachment's book is written.
func bookPath(path string, all billing.Attachments, i int) string {
	if at := attachmentPath(path, all, i); at != path {
		return at + ".book"
	}
	return path
}

// attachedBook is a book that is attached somewhere.
type attachedBook struct{ path, book string }

func booksOf(path string, all billing.Attachments) []attachedBook {
	var books []attachedBook
	for i, a := range all {
		books = append(books, attachedBook{bookPath(path, all, i), a.Book})
	}
	return books
}

// attachedBooks lists the books that are attached to the reseller, accounts,
// customers and billing groups, in the order of the file.
func attachedBooks(c billing.Config) []attachedBook {
	var all []attachedBook
	if c.Reseller != nil {
		all = booksOf("reseller.selling_book", c.Reseller.SellingBook)
	}
	each("accounts", c.Accounts, func(path string, a billing.Account) { all = append(all, booksOf(path+".price_book", a.PriceBook)...) })
	each("customers", c.Customers, func(path string, x billing.Customer) {
		all = append(all, booksOf(path+".price_book", x.PriceBook)...)
		all = append(all, booksOf(path+".selling_book", x.SellingBook)...)
	})
	each("billing_groups", c.BillingGroups, func(path string, g billing.BillingGroup) {
		all = append(all, booksOf(path+".price_book", g.PriceBook)...)
	})
	return all
}
