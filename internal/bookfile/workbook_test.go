package bookfile_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/bookfile"
)

// A sheet is a part "sheet NAME.csv". A cell that is a number is written as one,
// digit by digit; behind a % it is shown as a percentage.
var sheetPart, numberCell = regexp.MustCompile(`^sheet (.*)\.csv$`), regexp.MustCompile(`^%?-?[0-9.]+(E-?[0-9]+)?$`)

// workbookOf writes the sheets of an archive into a workbook.
func workbookOf(t testing.TB, files []txtar.File) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	percent, err := book.NewStyle(&excelize.Style{NumFmt: 10}) // 0.00%
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	made := 0
	for _, f := range files {
		named := sheetPart.FindStringSubmatch(f.Name)
		if named == nil {
			continue
		}
		if made++; made == 1 {
			must(book.SetSheetName("Sheet1", named[1]))
		} else if _, err := book.NewSheet(named[1]); err != nil {
			t.Fatal(err)
		}
		for row, record := range records(t, f.Data) {
			for column, text := range record {
				at, err := excelize.CoordinatesToCellName(column+1, row+1)
				must(err)
				switch number, shown := strings.CutPrefix(text, "%"); {
				case text == "":
				case !numberCell.MatchString(text):
					must(book.SetCellStr(named[1], at, text))
				default:
					must(book.SetCellDefault(named[1], at, number))
					if shown {
						must(book.SetCellStyle(named[1], at, at, percent))
					}
				}
			}
		}
	}
	var out bytes.Buffer
	must(book.Write(&out))
	return out.Bytes()
}

func records(t testing.TB, text []byte) [][]string {
	t.Helper()
	reader := csv.NewReader(bytes.NewReader(text))
	reader.FieldsPerRecord = -1
	all, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The sheets saved as CSV, one by one, make the same books.
func TestWorkbookIsItsSheets(t *testing.T) {
	files, err := filepath.Glob("testdata/ripple-workbook*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no workbooks: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := bookfile.Read(bookfile.Ripple, "f", workbookOf(t, archive.Files))
		if err != nil {
			t.Fatal(err)
		}
		var books []billing.PriceBook
		for _, f := range archive.Files {
			if sheetPart.MatchString(f.Name) && f.Name != "sheet Notes.csv" {
				sheet, err := bookfile.Read(bookfile.Ripple, "f", bytes.ReplaceAll(f.Data, []byte(",%"), []byte(",")))
				if err != nil {
					t.Fatalf("%s: %v", f.Name, err)
				}
				books = append(books, sheet.Books...)
			}
		}
		got, _ := json.Marshal(whole.Books)
		want, _ := json.Marshal(books)
		if !bytes.Equal(got, want) || len(books) == 0 {
			t.Errorf("%s: the workbook makes\n%s\nits sheets make\n%s", file, got, want)
		}
	}
}

// sheet is a workbook with one sheet of billing groups.
func sheet(t testing.TB, name, text string) []byte {
	return workbookOf(t, []txtar.File{{Name: "sheet " + name + ".csv", Data: []byte(text)}})
}

// repacked is a workbook in which a part is changed, or added.
func repacked(t testing.TB, data []byte, name string, change func(text string) string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	write := func(name, text string) {
		part, err := writer.Create(name)
		if err == nil {
			_, err = io.WriteString(part, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	changed := false
	for _, part := range archive.File {
		opened, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(opened)
		if err != nil {
			t.Fatal(err)
		}
		after := string(text)
		if part.Name == name {
			changed, after = true, change(after)
		}
		write(part.Name, after)
	}
	if !changed {
		write(name, change(""))
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadRefusesWorkbook(t *testing.T) {
	const groups = "billinggroup_id,discount_rate,service_discounts\nalpha,0.05,AmazonEC2:-0.02\n"
	const part = "xl/worksheets/sheet1.xml"
	good := sheet(t, "BG master", groups)
	edit := func(before, after string) []byte {
		return repacked(t, good, part, func(text string) string {
			if !strings.Contains(text, before) {
				t.Fatalf("the sheet has no %s: %s", before, text)
			}
			return strings.Replace(text, before, after, 1)
		})
	}
	damaged := bytes.Clone(good)
	damaged[bytes.Index(damaged, []byte(part))+len(part)+20] ^= 0xff
	for _, c := range []struct {
		name   string
		format bookfile.Format
		data   []byte
		want   string
	}{
		{"of another format", bookfile.Abiquo, good, "f: is an Excel workbook; of format abiquo only text is read"},
		{"old", bookfile.Ripple, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"), "f: is an Excel file of the old kind, or has a password; save it as .xlsx without one"},
		{"cut off", bookfile.Ripple, good[:len(good)/2], "f: is not UTF-8 text"},
		{"damaged", bookfile.Ripple, damaged, "f: " + part + ": "},
		{"not well-formed", bookfile.Ripple, edit("</sheetData>", ""), "f: " + part + ": the part cannot be read: element <sheetData> closed by </worksheet>"},
		{"of zeros", bookfile.Ripple, repacked(t, good, "xl/media/image1.png", func(string) string { return strings.Repeat("\x00", 64<<20) }), "f: opens to more than 67108864 bytes"},
		{"part twice", bookfile.Ripple, repacked(t, good, `xl\worksheets\sheet1.xml`, func(string) string { return "<a/>" }), "is in the workbook twice"},
		{"row twice", bookfile.Ripple, edit(`r="2"`, `r="1"`), "f: " + part + `: the row after row 1 has the number "1"`},
		{"row beyond", bookfile.Ripple, edit(`r="2"`, `r="1048577"`), `the row after row 1 has the number "1048577"`},
		{"cells out of order", bookfile.Ripple, edit(`r="B2"`, `r="A2"`), `cell "A2" is out of order`},
		{"cell of another row", bookfile.Ripple, edit(`r="B2"`, `r="B9"`), `cell "B9" is out of order`},
		{"text that is not there", bookfile.Ripple, edit(`<v>0</v>`, `<v>77</v>`), "cell A1 has text number 77 of "},
		{"formula without result", bookfile.Ripple, edit(`<v>0.05</v>`, `<f>A1*2</f><v></v>`), "cell B2 has a formula and no result; open the workbook in a spreadsheet program and save it"},
		{"formula that failed", bookfile.Ripple, edit(`r="B2"><v>0.05</v>`, `r="B2" t="e"><f>A1*2</f><v>#REF!</v>`), "f: BG master!B2: has the error #REF!"},
		{"no known sheet", bookfile.Ripple, workbookOf(t, []txtar.File{{Name: "sheet One.csv"}, {Name: "sheet Two.csv"}}), "f: has the sheets One, Two; expected Payer, BG master, Mapping and Account discount rate"},
		{"columns", bookfile.Ripple, sheet(t, "BG master", "\n\na,b\n1,2\n"), "f: BG master row 1: has the columns a, b; expected billingGroupId"},
		{"column twice", bookfile.Ripple, sheet(t, "BG master", "code,Code\n"), `f: BG master!B1: has two columns "Code"`},
		{"no heading", bookfile.Ripple, sheet(t, "BG master", "code,value\nx,0.1,7\n"), "f: BG master!C2: has a value and no heading"},
		{"value", bookfile.Ripple, sheet(t, "BG master", "code,value\nx,5\n"), "f: BG master!B2: the value of x is 5; expected a fraction"},
		{"sheets disagree", bookfile.Ripple, workbookOf(t, []txtar.File{
			{Name: "sheet Mapping.csv", Data: []byte("account id,discount rate\n1,0.05\n")},
			{Name: "sheet Account discount rate.csv", Data: []byte("account id,discount rate\n1,0.06\n")},
		}), "f: Account discount rate!B2: account 1 is at Mapping!B2 too, with another rate; keep one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result, err := bookfile.Read(c.format, "f", c.data)
			if err == nil {
				t.Fatalf("it was read: %+v", result)
			}
			if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f: ") {
				t.Errorf("the error is\n%s\nand not\n%s", err, c.want)
			}
		})
	}
}

// A number is read to the 15 digits that Excel keeps; a text of digits is not
// touched. Each is the rate as it is stored, and the percentage by hand.
func TestWorkbookNumbers(t *testing.T) {
	for stored, want := range map[string]string{
		"0.05": "-5", "0.05000000000000001": "-5", "5.0000000000000003E-2": "-5", "0.049999999999999996": "-5", "0.28999999999999998": "-29",
		"1": "-100", "0.99999999999999989": "-100", "1.25E-2": "-1.25", "0.0712345": "-7.1235 it has more than 4 decimals; -7.1235 is used",
	} {
		result, err := bookfile.Read(bookfile.Ripple, "f", sheet(t, "any name", "account id,discount rate\n123456789012345678,%"+stored+"\n"))
		if err != nil {
			t.Errorf("%s: %v", stored, err)
			continue
		}
		got := result.Books[0].Rules[0].Percent.String()
		for _, l := range result.Lost {
			if strings.HasPrefix(l.What, "percentage") {
				got += " " + l.Why
			}
		}
		if got != want || result.Attach[0].ID != "123456789012345678" {
			t.Errorf("%s is read as %s of %s, want %s", stored, got, result.Attach[0].ID, want)
		}
	}
}

// A workbook is known by what is in it; another zip file is not one.
func TestDetectWorkbook(t *testing.T) {
	good := sheet(t, "Payer", "payer id\n111122223333\n")
	if got, ok := bookfile.Detect("books.json", good); !ok || got != bookfile.Ripple {
		t.Errorf("a workbook was taken for %q, %v", got, ok)
	}
	var other bytes.Buffer
	writer := zip.NewWriter(&other)
	if _, err := writer.Create("word/document.xml"); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if got, ok := bookfile.Detect("books.xlsx", other.Bytes()); ok {
		t.Errorf("a zip file was taken for %q", got)
	}
}

// A hidden sheet is read, and that it was is said.
func TestHiddenSheet(t *testing.T) {
	data := repacked(t, workbookOf(t, []txtar.File{{Name: "sheet Notes.csv"}, {Name: "sheet Mapping.csv", Data: []byte("BG id,account id\na,1\n,2\n")}}),
		"xl/workbook.xml", func(text string) string {
			return strings.Replace(text, `name="Mapping"`, `state="hidden" name="Mapping"`, 1)
		})
	result, err := bookfile.Read(bookfile.Ripple, "f", data)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range result.Lost {
		got = append(got, l.Where+": "+l.What)
	}
	want := "Notes: the sheet\nMapping: that the sheet is hidden\nMapping!B3: billing group of account 2\nMapping: accounts of billing group a: 1"
	if strings.Join(got, "\n") != want {
		t.Errorf("lost is\n%s\nand not\n%s", strings.Join(got, "\n"), want)
	}
}

// workbookSeed is a workbook of testdata.
func workbookSeed(f *testing.F, name string) []byte {
	text, err := os.ReadFile(name)
	if err != nil {
		f.Fatal(err)
	}
	return workbookOf(f, txtar.Parse(text).Files)
}

// Whatever is in a part of a workbook, it is refused by name, or read twice to
// the same books.
func FuzzWorkbook(f *testing.F) {
	parts := []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
	good := sheet(f, "Mapping", "billinggroup_id,account id,discount rate\nalpha,1,0.05\nbeta,2,%0.1\n")
	for i, part := range parts {
		repacked(f, good, part, func(text string) string { f.Add(i, text); return text })
	}
	f.Fuzz(func(t *testing.T, part int, text string) {
		if part < 0 || part >= len(parts) {
			return
		}
		data := repacked(t, good, parts[part], func(string) string { return text })
		result, err := bookfile.Read(bookfile.Ripple, "f", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f: ") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		accepted(t, result)
		again, err := bookfile.Read(bookfile.Ripple, "f", data)
		if err != nil || string(indented(t, again)) != string(indented(t, result)) {
			t.Errorf("the same file was read to another result, %v", err)
		}
	})
}
