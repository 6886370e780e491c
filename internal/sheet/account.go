package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/sluice-billing/sluice/internal/billing"
)

// MaxAccounts is how many rows a sheet of accounts may have.
const MaxAccounts = 20_000

// AccountSheet says which account is whose.
type AccountSheet struct {
	Sheet   string   // the sheet of a workbook that was read; empty for text
	Ignored []string // columns that say nothing of accounts
	Rows    []AccountRow
}

// AccountRow is an account as a row says it; what it does not say is empty.
type AccountRow struct {
	Row      int // of the file, counted from 1
	Account  string
	Name     string
	Group    string
	Customer string
	Payer    string
	From, To *billing.Day // To is the first day that is not meant any more
	Errors   []string     // why the row cannot be taken; the rest is what could be read
}

// accountColumns are the columns with the names people give them, in English and
// Japanese, as folded makes them.
var accountColumns = []column{
	{name: "account", aliases: []string{
		"accountid", "accountnumber", "accountno", "awsaccount", "awsaccountid", "linkedaccount", "linkedaccountid", "memberaccount", "memberaccountid", "usageaccountid", "subaccount", "subaccountid",
		"subscription", "subscriptionid", "project", "projectid", "アカウント", "アカウントid", "アカウント番号", "awsアカウント", "awsアカウントid", "awsアカウント番号", "連結アカウント", "連結アカウントid",
		"リンクアカウント", "リンクアカウントid", "メンバーアカウント", "メンバーアカウントid", "サブアカウント", "サブアカウントid", "サブスクリプション", "サブスクリプションid", "プロジェクト", "プロジェクトid",
	}, required: true},
	{name: "name", aliases: []string{"accountname", "awsaccountname", "linkedaccountname", "subaccountname", "subscriptionname", "projectname", "displayname", "アカウント名", "awsアカウント名", "連結アカウント名", "サブスクリプション名", "プロジェクト名", "名称", "名前", "表示名"}},
	{name: "group", aliases: []string{"groupid", "billinggroup", "billinggroupid", "請求グループ", "請求グループid", "グループ", "グループid", "請求先グループ"}},
	{name: "customer", aliases: []string{"customerid", "customername", "company", "client", "顧客", "顧客id", "顧客名", "お客様", "お客様名", "得意先", "得意先名", "取引先", "会社", "会社名"}},
	{name: "payer", aliases: []string{"payerid", "payeraccount", "payeraccountid", "managementaccount", "managementaccountid", "billingaccount", "billingaccountid", "支払アカウント", "支払アカウントid", "支払いアカウント", "支払いアカウントid", "管理アカウント", "管理アカウントid", "請求アカウント", "請求アカウントid", "マスターアカウント"}},
	{name: "from", aliases: []string{"fromday", "frommonth", "start", "startday", "startdate", "startmonth", "開始", "開始日", "開始月", "適用開始", "適用開始日", "適用開始月"}},
	{name: "to", aliases: []string{"until"}},
	{name: "last_day", aliases: []string{"end", "endday", "enddate", "endmonth", "終了", "終了日", "終了月", "最終日", "適用終了", "適用終了日", "適用終了月"}},
}

// byPosition are the columns of a table whose first line does not name them.
var byPosition = []string{"account", "group", "name"}

// ReadAccounts reads a sheet of accounts: text with commas, semicolons or tabs, as
// it is pasted out of a spreadsheet, or an Excel workbook (.xlsx), whose first shown
// sheet counts. The first line names the columns: account, and where wanted name,
// group, customer, payer, from, to (the first day that is not meant any more) and
// last_day; others are left aside. Where it does not, the columns are account, group
// and name. Days are written as 2026-10-15, 2026/10/15 or 2026年10月15日, also
// without a day, and in a workbook as dates. Whether there is such a thing is not
// looked at. A *FileError is of a file that is no such table; name is in it.
func ReadAccounts(name string, data []byte) (AccountSheet, error) {
	s, err := accountsOf(data)
	if err != nil {
		return AccountSheet{}, &FileError{name, err.Error()}
	}
	return s, nil
}

func accountsOf(data []byte) (AccountSheet, error) {
	w, err := linesOf(data)
	if err != nil {
		return AccountSheet{}, err
	}
	s := AccountSheet{Sheet: w.sheet}
	if len(w.lines) == 0 {
		return s, errors.New("there are no accounts in it; expected rows of " + strings.Join(byPosition, ", "))
	}
	order := byPosition
	if named, ok := accountHeader(w.lines[0].cells); ok {
		if order, s.Ignored, err = accountOrder(w.lines[0].cells, named); err != nil {
			return s, err
		}
		w.lines = w.lines[1:]
	}
	if len(w.lines) > MaxAccounts {
		return s, tooManyRows(MaxAccounts)
	}
	for _, l := range w.lines {
		s.Rows = append(s.Rows, accountRow(l, order, w.since1904))
	}
	return s, nil
}

// linesOf returns the rows of a file that have anything in them.
func linesOf(data []byte) (workbook, error) {
	if isWorkbook(data) {
		if len(data) > MaxSize {
			return workbook{}, fmt.Errorf("the file is larger than %d MB; split it", MaxSize>>20)
		}
		return openWorkbook(data, MaxAccounts)
	}
	text, err := Text(data)
	if err != nil {
		return workbook{}, err
	}
	var w workbook
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = separatorOf(text)
	reader.FieldsPerRecord = -1
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return w, nil
		}
		if err != nil {
			return w, unreadable(err)
		}
		if len(record) > maxColumns {
			return w, fmt.Errorf("a row has %d cells; expected at most %d columns", len(record), maxColumns)
		}
		number, _ := reader.FieldPos(0)
		l := line{number: number}
		for _, text := range record {
			l.cells = append(l.cells, cell{text: strings.TrimSpace(text)})
		}
		if !slices.ContainsFunc(l.cells, func(c cell) bool { return c != cell{} }) {
			continue
		}
		if len(w.lines) == MaxAccounts+1 { // and the header
			return w, tooManyRows(MaxAccounts)
		}
		w.lines = append(w.lines, l)
	}
}

func tooManyRows(most int) error {
	return fmt.Errorf("the file has more than %d rows; split it", most)
}

// accountHeader names the cells of a first line as the columns that they are, empty
// for those that are none; ok is false where none of them is the account, so that it
// is no header.
func accountHeader(cells []cell) (names []string, ok bool) {
	for _, c := range cells {
		name := ""
		if i := slices.IndexFunc(accountColumns, func(k column) bool {
			return plain(k.name) == folded(c.text) || slices.Contains(k.aliases, folded(c.text))
		}); i >= 0 {
			name = accountColumns[i].name
		}
		names, ok = append(names, name), ok || name == "account"
	}
	return names, ok
}

// accountOrder refuses a column that is there twice, and says which are none.
func accountOrder(cells []cell, named []string) (order, ignored []string, err error) {
	for i, name := range named {
		switch {
		case name == "" && cells[i].text != "":
			ignored = append(ignored, clip(cells[i].text))
		case name != "" && slices.Contains(named[:i], name):
			return nil, nil, fmt.Errorf("column %q is there twice (%q); keep one of the two", name, clip(cells[i].text))
		}
	}
	return named, ignored, nil
}

// folded is a name of a column as plain makes it, full-width letters and half-width
// katakana in their usual form.
func folded(name string) string { return plain(norm.NFKC.String(name)) }

func accountRow(l line, order []string, since1904 bool) AccountRow {
	r := row{line: l.number, cells: map[string]string{}}
	numbers := map[string]bool{}
	for i, c := range l.cells {
		if i >= len(order) {
			if c.text != "" {
				r.errors = append(r.errors, fmt.Sprintf("%q is in cell %d, whose column has no name; name the columns in the first line, and quote a cell that holds the separator", clip(c.text), i+1))
				break
			}
			continue
		}
		if order[i] == "" {
			continue
		}
		if c.problem != "" {
			r.errors = append(r.errors, order[i]+": "+c.problem)
		}
		r.cells[order[i]], numbers[order[i]] = c.text, c.number
	}
	day := func(column string, last bool) *billing.Day { return r.day(column, numbers[column], since1904, last) }
	a := AccountRow{
		Row: l.number, Account: r.account(), Name: r.text("name"), Group: r.text("group"), Customer: r.text("customer"), Payer: r.text("payer"),
		From: day("from", false), To: day("to", false),
	}
	switch last := day("last_day", true); {
	case last == nil:
	case a.To != nil:
		r.fail("last_day", "goes without to: to is the day after it; keep one of the two")
	default:
		a.To = new(*last + 1)
	}
	if a.From != nil && a.To != nil && *a.From >= *a.To && len(r.errors) == 0 {
		r.fail("to", "%s is not after from, %s; to is the first day that is not meant any more", *a.To, *a.From)
	}
	a.Errors = r.errors
	return a
}

// inFours is how the AWS console shows the id of an account.
var inFours = regexp.MustCompile(`^\d{4}-\d{4}-\d{4}$`)

// account reads the id of an account.
func (r *row) account() string {
	text := strings.TrimSpace(strings.TrimPrefix(norm.NFKC.String(r.text("account")), "'")) // which keeps zeros at the beginning
	switch {
	case text == "":
		if len(r.errors) == 0 {
			r.fail("account", "is empty; name the account")
		}
	case inFours.MatchString(text):
		return strings.ReplaceAll(text, "-", "")
	case shortened.MatchString(text):
		r.fail("account", "%q is shortened; format the cells as text, so that all digits are written, and enter it again", clip(text))
	}
	return text
}

var shortened = regexp.MustCompile(`^\d[.,]\d+[eE]\+?\d+$`)

// dayForm is a day, or a month, as people write it.
var dayForm = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?$`)

// day reads a day, the first of a month without a day, or where last is set the last
// of it; nil where the cell is empty. Of a workbook it may be a number of days.
func (r *row) day(column string, number, since1904, last bool) *billing.Day {
	text := norm.NFKC.String(r.cells[column])
	if text == "" {
		return nil
	}
	if number {
		return r.serialDay(column, text, since1904)
	}
	text, _, _ = strings.Cut(text, "T00:00:00") // as ISO 8601 has a day in a workbook
	text = strings.TrimSuffix(text, " 00:00:00")
	parts := dayForm.FindStringSubmatch(text)
	if parts == nil {
		r.fail(column, "%q is not a day; write it as 2026-10-15, or 2026-10 for the whole of a month", clip(text))
		return nil
	}
	year, _ := strconv.Atoi(parts[1])
	month, _ := strconv.Atoi(parts[2])
	day, _ := strconv.Atoi(parts[3]) // 0 without one
	at := time.Date(year, time.Month(month), max(day, 1), 0, 0, 0, 0, time.UTC)
	if at.Year() != year || int(at.Month()) != month || parts[3] != "" && at.Day() != day {
		r.fail(column, "%q is not in the calendar", clip(text))
		return nil
	}
	if parts[3] == "" && last {
		at = at.AddDate(0, 1, -1)
	}
	return new(billing.DayOf(at))
}

// serialDay reads a day as a workbook has it: the days since the end of 1899, with
// a 29 February 1900 that was none, or since 1904.
func (r *row) serialDay(column, text string, since1904 bool) *billing.Day {
	whole, fraction, _ := strings.Cut(text, ".")
	days, err := strconv.Atoi(whole)
	const first, last = 366, 80_000 // 1901, or 1905, to 2119
	if err != nil || strings.Trim(fraction, "0") != "" || days < first || days > last {
		r.fail(column, "%s is not a day; format the cell as a date, or as text such as 2026-10-15", clip(text))
		return nil
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if since1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return new(billing.DayOf(epoch) + billing.Day(days))
}

// line is a row of a table with anything in it.
type line struct {
	number int // of the file, counted from 1
	cells  []cell
}

// cell is what is in a cell, without the blanks around it.
type cell struct {
	text    string
	number  bool   // of a workbook: a day may be a number there
	problem string // why the text is not what a person sees there
}
