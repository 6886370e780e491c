package accounting

import (
	"strconv"
	"strings"
)

// moneyForward is the journal (仕訳帳) of マネーフォワード クラウド会計: the 27
// columns A to AA of its template, as its help on importing it has them. Rows with
// one number and day are one entry. Amounts are tax in, with the tax that the
// document states; what is not told of an invoice (インボイス) follows from the tax
// code. Names of accounts, sub-accounts, tax codes and departments must be those of
// the company. It takes yen only.
var moneyForward = System{
	Name: "moneyforward", Title: "マネーフォワード クラウド会計", Files: "a journal (仕訳帳) with an entry for each document, in yen, tax in", currency: "JPY", included: true,
	write: func(x *export) error {
		rows := [][]string{strings.Split("取引No,取引日,借方勘定科目,借方補助科目,借方部門,借方取引先,借方税区分,借方インボイス,借方金額(円),借方税額,"+
			"貸方勘定科目,貸方補助科目,貸方部門,貸方取引先,貸方税区分,貸方インボイス,貸方金額(円),貸方税額,摘要,仕訳メモ,タグ,MF仕訳タイプ,決算整理仕訳,作成日時,作成者,最終更新日時,最終更新者", ",")}
		for i, b := range x.books {
			pairs, err := x.sides(b, func(p posting) []string {
				return []string{p.account, p.subAccount, p.department, x.name(b), p.code, "", fixed(p.amount, 0), fixed(p.tax, 0)}
			})
			if err != nil {
				return err
			}
			for _, cells := range pairs {
				rows = append(rows, append(append([]string{strconv.Itoa(i + 1), x.written(b.day())}, cells...), x.memo(b), b.inv.Number, "", "", "", "", "", "", ""))
			}
		}
		x.csv(x.fileName("moneyforward"), charsetNamed("utf-8-bom"), rows)
		return nil
	},
}
