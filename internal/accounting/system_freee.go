package accounting

import (
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
)

// freee is its import of transactions (取引のインポート): income that is not paid
// yet, for which freee books the receivable itself. The columns, the form of days
// and the marks are those of its help page 202847320 and the sample file there. The
// first row of a document has what is of all of it, the others follow it. Amounts
// are tax in (内税), with the tax that the document states. What comes to less than
// nothing is an expense (支出) with the accounts and codes of the sales, as its
// help has refunds. It takes yen only, and nothing that comes to 0.
var freee = System{
	Name: "freee", Title: "freee", Files: "transactions (取引) that are not paid yet, in yen, tax in", currency: "JPY", included: true,
	write: func(x *export) error {
		rows := [][]string{strings.Split("収支区分,管理番号,発生日,決済期日,取引先コード,取引先,勘定科目,税区分,金額,税計算区分,税額,備考,品目,部門,メモタグ（複数指定可、カンマ区切り）,"+
			"セグメント1,セグメント2,セグメント3,決済日,決済口座,決済金額", ",")}
		for _, b := range x.books {
			document, err := x.freee(b)
			if err != nil {
				return err
			}
			rows = append(rows, document...)
		}
		x.csv(x.fileName("freee"), charsetNamed("utf-8-bom"), rows)
		return nil
	},
}

func (x *export) freee(b *book) (rows [][]string, err error) {
	entries, err := x.inBooks(b, x.journal(b))
	if err != nil {
		return nil, err
	}
	total := money.Zero
	for _, p := range entries {
		if p.kind == kindReceivable {
			total = p.amount
		}
	}
	side := "収入"
	switch total.Sign() {
	case -1:
		side = "支出"
	case 0:
		return nil, fmt.Errorf("%s comes to 0, and freee takes no such transaction; export it with freee-journal", b.title())
	}
	for _, p := range entries {
		if p.kind == kindReceivable {
			continue
		}
		amount, tax := p.amount.Neg(), p.tax.Neg()
		if total.Sign() < 0 {
			amount, tax = p.amount, p.tax
		}
		head := []string{"", "", "", "", "", ""}
		if len(rows) == 0 {
			head = []string{side, b.inv.Number, x.written(b.day()), x.written(b.due()), x.customer(b, func(r CustomerRule) string { return r.Code }), x.name(b)}
		}
		rows = append(rows, append(head, p.account, p.code, fixed(amount, 0), "内税", fixed(tax, 0), x.memo(b), p.subAccount, p.department, "", "", "", "", "", "", ""))
	}
	return rows, nil
}

// freeeJournal is its import of journals from other software (仕訳インポート),
// which becomes 振替伝票. It lets its user say which column is what, and takes
// account, tax code, amount and tax for each side (its help page 204847430).
var freeeJournal = System{
	Name: "freee-journal", Title: "freee, journal (振替伝票)", Files: "a journal entry (振替伝票) for each document, in yen, tax in", currency: "JPY", included: true,
	write: func(x *export) error {
		rows := [][]string{strings.Split("日付,伝票番号,借方勘定科目,借方取引先,借方品目,借方部門,借方税区分,借方金額,借方税額,貸方勘定科目,貸方取引先,貸方品目,貸方部門,貸方税区分,貸方金額,貸方税額,摘要", ",")}
		for _, b := range x.books {
			pairs, err := x.sides(b, func(p posting) []string {
				return []string{p.account, x.name(b), p.subAccount, p.department, p.code, fixed(p.amount, 0), fixed(p.tax, 0)}
			})
			if err != nil {
				return err
			}
			for _, cells := range pairs {
				rows = append(rows, append(append([]string{x.written(b.day()), b.inv.Number}, cells...), x.memo(b)))
			}
		}
		x.csv(x.fileName("freee_journal"), charsetNamed("utf-8-bom"), rows)
		return nil
	},
}

// outside is the tax code of Japan for what no tax is about, such as a receivable.
const outside = "対象外"

// sides are the postings of a document with debits and credits beside each other, as
// Japanese journals have them: the longer side has rows of its own in the end. The
// amounts that cells gets are positive.
func (x *export) sides(b *book, cells func(posting) []string) (rows [][]string, err error) {
	entries, err := x.inBooks(b, x.journal(b))
	if err != nil {
		return nil, err
	}
	var debits, credits [][]string
	for _, p := range entries {
		if p.kind == kindReceivable {
			p.code = outside
		}
		if p.amount.Sign() < 0 {
			p.amount, p.tax = p.amount.Neg(), p.tax.Neg()
			credits = append(credits, cells(p))
			continue
		}
		debits = append(debits, cells(p))
	}
	empty := make([]string, len(cells(posting{})))
	side := func(of [][]string, i int) []string {
		if i < len(of) {
			return of[i]
		}
		return empty
	}
	for i := range max(len(debits), len(credits)) {
		rows = append(rows, append(append([]string{}, side(debits, i)...), side(credits, i)...))
	}
	return rows, nil
}
