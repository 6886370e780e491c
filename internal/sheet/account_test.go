package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/sluice-billing/sluice/internal/billing"
)

func day(t *testing.T, text string) *billing.Day {
	t.Helper()
	d, err := billing.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

// The same sheet, as people in several places write it.
func TestReadAccounts(t *testing.T) {
	want := []AccountRow{
		{Row: 2, Account: "111111111111", Name: "Web, front", Group: "acme-main", From: day(t, "2026-10-01"), To: day(t, "2026-11-01")},
		{Row: 3, Account: "022222222222", Name: "基幹システム", Group: "beta"},
	}
	for name, text := range map[string]string{
		"commas":     "Account ID,Account name,Billing group,from,last day\n111111111111,\"Web, front\",acme-main,2026-10-01,2026-10-31\n022222222222,基幹システム,beta,,\n",
		"tabs":       "account\tname\tgroup\tfrom\tto\r\n1111-1111-1111\tWeb, front\tacme-main\t2026/10/1\t2026-11\r\n022222222222\t基幹システム\tbeta\t\t\r\n",
		"semicolons": "\ufeffgroup;name;ACCOUNT_NUMBER;From;Until\nacme-main;Web, front;111111111111;2026.10;2026.11\nbeta;基幹システム;'022222222222;;\n",
		"japanese":   "アカウントID\tアカウント名\t請求グループ\t適用開始日\t終了日\n１１１１１１１１１１１１\tWeb, front\tacme-main\t2026年10月1日\t2026年10月31日\n022222222222\t基幹システム\tbeta\t\t\n",
		"half-width": "ｱｶｳﾝﾄID\tｱｶｳﾝﾄ名\tｸﾞﾙｰﾌﾟ\t開始月\t終了月\n111111111111\tWeb, front\tacme-main\t2026年10月\t２０２６年１０月\n022222222222\t基幹システム\tbeta\t\t\n",
	} {
		got, err := ReadAccounts("a.csv", []byte(text))
		if err != nil || !reflect.DeepEqual(got.Rows, want) {
			t.Errorf("%s: %+v, %v", name, got.Rows, err)
		}
	}
}

func TestReadAccountsWithoutHeader(t *testing.T) {
	got, err := ReadAccounts("", []byte("111111111111\tg1\tOne\n\n222222222222\n333333333333\tg1\tThree\tmore\n"))
	want := []AccountRow{
		{Row: 1, Account: "111111111111", Group: "g1", Name: "One"},
		{Row: 3, Account: "222222222222"},
		{Row: 4, Account: "333333333333", Group: "g1", Name: "Three", Errors: []string{`"more" is in cell 4, whose column has no name; name the columns in the first line, and quote a cell that holds the separator`}},
	}
	if err != nil || !reflect.DeepEqual(got.Rows, want) {
		t.Errorf("%+v, %v", got.Rows, err)
	}
	aws, err := ReadAccounts("", []byte("Account ID,ARN,Email,Account name,Status\n111111111111,arn:aws:organizations::1,a@example.com,One,ACTIVE\n"))
	if err != nil || fmt.Sprint(aws.Ignored) != "[ARN Email Status]" || len(aws.Rows) != 1 || aws.Rows[0].Name != "One" {
		t.Errorf("%+v, %v", aws, err)
	}
}

func TestReadAccountsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                        "there are no accounts",
		"account,Account ID\n1,1\n":               "is there twice",
		strings.Repeat("1,g\n", MaxAccounts+1):    "more than 20000 rows",
		strings.Repeat(",", 60) + "1\n":           "at most 50 columns",
		"PK\x03\x04 no archive":                   "damaged",
		"account,name\n1,\"x\n":                   "not CSV",
		"account,name\n1," + string([]byte{0xff}): "not UTF-8",
	} {
		_, err := ReadAccounts("a.csv", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || !errors.As(err, new(*FileError)) {
			t.Errorf("%.30q: %v", text, err)
		}
	}
	for row, want := range map[string]string{
		",g,,":                         "account: is empty",
		"1.11111E+11,g,,":              "is shortened",
		"1,g,10/1/2026,":               "is not a day",
		"1,g,2026-02-30,":              "not in the calendar",
		"1,g,2026-13,":                 "not in the calendar",
		"1,g,2026-10-02,2026-10-02":    "is not after from",
		"1,\"two\nlines\",2026-10-02,": "control character",
		"1,g,999999999999999-10-01,":   "is not a day",
	} {
		got, err := ReadAccounts("a.csv", []byte("account,group,from,to\n"+row+"\n"))
		if err != nil || len(got.Rows) != 1 || !strings.Contains(strings.Join(got.Rows[0].Errors, "; "), want) {
			t.Errorf("%q: %+v, %v", row, got.Rows, err)
		}
	}
}

// Workbooks are made by another program.
func book(t testing.TB, make func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	make(f)
	var data bytes.Buffer
	if err := f.Write(&data); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestReadAccountsOfAWorkbook(t *testing.T) {
	for name, since1904 := range map[string]bool{"1900": false, "1904": true} {
		data := book(t, func(f *excelize.File) {
			must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &since1904}))
			must(t, f.SetSheetName("Sheet1", "notes"))
			_, err := f.NewSheet("accounts")
			must(t, err, f.SetSheetVisible("accounts", true))
			f.SetActiveSheet(1)
			must(t, f.SetSheetVisible("notes", false))
			must(t,
				f.SetSheetRow("accounts", "B2", &[]any{"アカウントID", "", "名称", "Group", "From", "to"}),
				f.SetSheetRow("accounts", "B3", &[]any{"022222222222", "", "基幹 <A&B>", "beta", time.Date(2026, 10, 15, 0, 0, 0, 0, time.UTC), "2026-12"}),
				f.SetSheetRow("accounts", "B5", &[]any{111111111111, nil, nil, "acme"}),
				f.SetSheetRow("accounts", "B6", &[]any{1234567890123456, nil, nil, "acme"}),
				f.SetCellRichText("accounts", "D5", []excelize.RichTextRun{{Text: "two "}, {Text: "runs", Font: &excelize.Font{Bold: true}}}),
				f.SetCellFormula("accounts", "E7", "1/0"), f.SetCellStr("accounts", "B7", "333333333333"))
		})
		got, err := ReadAccounts("a.xlsx", data)
		if err != nil || got.Sheet != "accounts" || len(got.Rows) != 4 {
			t.Fatalf("%s: %+v, %v", name, got, err)
		}
		want := AccountRow{Row: 3, Account: "022222222222", Name: "基幹 <A&B>", Group: "beta", From: day(t, "2026-10-15"), To: day(t, "2026-12-01")}
		if !reflect.DeepEqual(got.Rows[0], want) {
			t.Errorf("%s: %+v", name, got.Rows[0])
		}
		if r := got.Rows[1]; r.Row != 5 || r.Account != "111111111111" || r.Name != "two runs" || r.Group != "acme" || r.Errors != nil {
			t.Errorf("%s: %+v", name, r)
		}
		if r := got.Rows[2]; !strings.Contains(strings.Join(r.Errors, ""), "more than 15 digits") {
			t.Errorf("%s: %+v", name, r)
		}
		if r := got.Rows[3]; !strings.Contains(strings.Join(r.Errors, ""), "formula without a result") {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// made is an archive with parts.
func made(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var data bytes.Buffer
	w := zip.NewWriter(&data)
	for name, text := range parts {
		part, err := w.Create(name)
		must(t, err)
		_, err = part.Write([]byte(text))
		must(t, err)
	}
	must(t, w.Close())
	return data.Bytes()
}

const (
	oneSheet  = `<workbook xmlns:r="r"><sheets><sheet name="s" r:id="a"/></sheets></workbook>`
	relations = `<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`
)

func sheetOf(t testing.TB, cells, texts string) []byte {
	return made(t, map[string]string{"xl/workbook.xml": oneSheet, "xl/_rels/workbook.xml.rels": relations, "xl/worksheets/sheet1.xml": cells, "xl/sharedStrings.xml": texts})
}

// Archives that are made to fill memory or to mislead are refused, or mislead nobody.
func TestHostileWorkbooks(t *testing.T) {
	for name, c := range map[string]struct{ cells, texts, want string }{
		"a sheet of 64 MB": {"<sheetData>" + strings.Repeat(" ", 64<<20) + "</sheetData>", "", "opens to more than 16 MB"},
		"texts of 17 MB":   {"<sheetData/>", "<sst>" + strings.Repeat("<si/>", 17<<20/5) + "</sst>", "opens to more than 16 MB"},
		"deep":             {strings.Repeat("<a>", 1000), "", "inside each other"},
		"entities":         {`<!DOCTYPE x [<!ENTITY a "aaaa">]><row><c t="str"><v>&a;</v></c></row>`, "", "cannot be read"},
		"too many rows":    {"<x>" + strings.Repeat(`<row><c><v>1</v></c></row>`, MaxAccounts+2) + "</x>", "", "more than 20000 rows"},
		"far to the right": {`<row><c r="XFD1"><v>1</v></c></row>`, "", "at most 50 columns"},
		"no such text":     {`<row><c t="s"><v>7</v></c></row>`, "<sst/>", ""},
		"nothing":          {"<sheetData/>", "<sst/>", "there are no accounts"},
	} {
		got, err := ReadAccounts("x.xlsx", sheetOf(t, c.cells, c.texts))
		if c.want == "" {
			if err != nil || len(got.Rows) != 1 || got.Rows[0].Errors == nil {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %.200v", name, err)
		}
	}
	aloud := sheetOf(t, `<row r="4"><c r="A4" t="s"><v>0</v></c><c r="B4" t="inlineStr"><is><t>g</t></is></c></row>`, `<sst><si><t>東京</t><rPh sb="0"><t>トウキョウ</t></rPh></si></sst>`)
	if got, err := ReadAccounts("x.xlsx", aloud); err != nil || len(got.Rows) != 1 || got.Rows[0].Account != "東京" || got.Rows[0].Group != "g" || got.Rows[0].Row != 4 {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzReadAccounts(f *testing.F) {
	f.Add([]byte("account,group,from\n111111111111,g,2026-10\n"))
	f.Add([]byte("アカウントID\t終了日\n1\t2026年10月\n"))
	f.Add(sheetOf(f, `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="E1"><v>46000.5</v></c><c t="e"><v>#N/A</v></c></row>`, `<sst><si><t>a</t></si></sst>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ReadAccounts("f", data)
		if err != nil {
			return
		}
		if len(got.Rows) > MaxAccounts {
			t.Fatalf("%d rows", len(got.Rows))
		}
		for _, r := range got.Rows {
			if len(r.Errors) == 0 && (r.Account == "" || r.From != nil && r.To != nil && *r.From >= *r.To) {
				t.Fatalf("%+v is taken", r)
			}
		}
	})
}

// What is in the cells of a sheet, whatever it is.
func FuzzWorkbookCells(f *testing.F) {
	f.Add(`<row r="1"><c r="A1"><v>1</v></c></row>`, `<sst><si><t>a</t></si></sst>`)
	f.Add(`<row><c r="zz9" t="s"><f>x</f><v>-1</v></c></row>`, `<si><rPh/><t/></si>`)
	f.Fuzz(func(t *testing.T, cells, texts string) {
		_, _ = ReadAccounts("f", sheetOf(t, cells, texts))
	})
}
