package spread

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// What is written here is read by a library of somebody else.

func write(t testing.TB, columns []Column, rows ...Row) []byte {
	t.Helper()
	var out bytes.Buffer
	b := New(&out)
	if err := b.Sheet("Sheet", columns, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A cell is what its column is: the text of a number stands in the file as it was
// given, a day is counted from 1899-12-30, what cannot be either is a text, and so is
// a number with more than the 15 digits that a spreadsheet keeps.
func TestCells(t *testing.T) {
	const text, number = excelize.CellTypeInlineString, excelize.CellTypeUnset
	for _, test := range []struct {
		kind       Kind
		cell       string
		is         excelize.CellType
		raw, shown string
	}{
		{Text, "=1+1", text, "=1+1", "=1+1"},
		{Text, "007", text, "007", "007"},
		{Text, "  two\nlines\t", text, "  two\nlines\t", "  two\nlines\t"},
		{Amount, "18000.00", number, "18000.00", "18,000.00"},
		{Amount, "184567", number, "184567", "184,567"},
		{Amount, "-0.10", number, "-0.10", "-0.10"},
		{Amount, "1234567890123.45", number, "1234567890123.45", "1,234,567,890,123.45"},
		{Amount, "12345678901234.56", text, "12345678901234.56", "12345678901234.56"},
		{Amount, "9007199254740993", text, "9007199254740993", "9007199254740993"}, // 2^53 + 1
		{Amount, "1e3", text, "1e3", "1e3"},
		{Amount, "+1", text, "+1", "+1"},
		{Amount, "=1", text, "=1", "=1"},
		{Number, "0.000000001", number, "0.000000001", "0.000000001"},
		{Number, "1234.567891", number, "1234.567891", "1234.567891"},
		{Number, "n/a", text, "n/a", "n/a"},
		{Day, "2026-11-05", number, "46331", "2026-11-05"}, // 46023 is 2026-01-01, and 308 days follow
		{Day, "1900-02-28", text, "1900-02-28", "1900-02-28"},
		{Day, "soon", text, "soon", "soon"},
	} {
		f := open(t, write(t, []Column{{"Title", test.kind}}, Row{Cells: []string{test.cell}}))
		is, err := f.GetCellType("Sheet", "A2")
		raw, err2 := f.GetCellValue("Sheet", "A2", excelize.Options{RawCellValue: true})
		shown, err3 := f.GetCellValue("Sheet", "A2")
		formula, err4 := f.GetCellFormula("Sheet", "A2")
		if err != nil || err2 != nil || err3 != nil || err4 != nil || formula != "" {
			t.Fatal(err, err2, err3, err4, formula)
		}
		if is != test.is || raw != test.raw || test.kind != Number && shown != test.shown {
			t.Errorf("%q: type %v, %q, shown as %q; want %v, %q, %q", test.cell, is, raw, shown, test.is, test.raw, test.shown)
		}
	}
}

// Any text comes back as it was, is a text, and is no formula.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@\t\r\n<&"'_x0-9A-F\x01\x1f ]{1,24}`)).Draw(rt, "text")
		kind := rapid.SampledFrom([]Kind{Text, Amount, Number, Day}).Draw(rt, "kind")
		if !utf8.ValidString(text) || isDecimal(text) || strings.ContainsAny(text, "\ufffe\uffff\ufffd") {
			return
		}
		f := open(t, write(t, []Column{{text, kind}}, Row{Cells: []string{text}, Strong: true}))
		got, err := f.GetCellValue("Sheet", "A2", excelize.Options{RawCellValue: true})
		formula, _ := f.GetCellFormula("Sheet", "A2")
		is, _ := f.GetCellType("Sheet", "A2")
		if text == "" {
			return
		}
		if err != nil || got != text || formula != "" || is != excelize.CellTypeInlineString {
			rt.Fatalf("%q came back as %q, type %v, formula %q, %v", text, got, is, formula, err)
		}
	})
}

// Titles stay in sight and have a filter; columns are as wide as their rows need, with
// letters of East Asia as two.
func TestLook(t *testing.T) {
	f := open(t, write(t, []Column{{"A", Text}, {"請求金額", Amount}, {"Long", Text}},
		Row{Cells: []string{"Amazon Elastic Compute Cloud", "1.00", strings.Repeat("x", 500)}}))
	for column, want := range map[string]float64{"A": 31, "B": 11, "C": 60} {
		if got, err := f.GetColWidth("Sheet", column); err != nil || got != want {
			t.Errorf("column %s is %v wide, want %v: %v", column, got, want, err)
		}
	}
	panes, err := f.GetPanes("Sheet")
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.TopLeftCell != "A2" {
		t.Errorf("panes are %+v, %v", panes, err)
	}
	names := f.GetDefinedName()
	if len(names) == 0 || !slices.ContainsFunc(names, func(n excelize.DefinedName) bool {
		return n.Name == "_xlnm.Print_Titles" && n.RefersTo == "'Sheet'!$1:$1"
	}) {
		t.Errorf("names are %+v", names)
	}
}

// Several sheets, one of which is empty but for its titles; the same rows give the
// same bytes.
func TestSheets(t *testing.T) {
	write := func() []byte {
		var out bytes.Buffer
		b := New(&out)
		for _, name := range []string{"概要", "R&D", "It's"} {
			rows := slices.Values([]Row{{Cells: []string{name}}})
			if name == "R&D" {
				rows = func(func(Row) bool) {}
			}
			if err := b.Sheet(name, []Column{{Title: "x"}}, rows); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	data := write()
	f := open(t, data)
	if got := f.GetSheetList(); !slices.Equal(got, []string{"概要", "R&D", "It's"}) {
		t.Errorf("the sheets are %q", got)
	}
	if got, _ := f.GetCellValue("It's", "A2"); got != "It's" {
		t.Errorf("the last sheet has %q", got)
	}
	if !bytes.Equal(data, write()) {
		t.Error("the same rows gave other bytes")
	}
}

func TestRefused(t *testing.T) {
	none := func(func(Row) bool) {}
	for _, test := range []struct {
		name    string
		columns []Column
		rows    iter.Seq[Row]
		want    string
	}{
		{"", []Column{{}}, none, "has 1 to 31 letters"},
		{strings.Repeat("x", 32), []Column{{}}, none, "has 1 to 31 letters"},
		{"a/b", []Column{{}}, none, "none of []:*?/"},
		{"'a", []Column{{}}, none, "no apostrophe"},
		{"FIRST", []Column{{}}, none, "two sheets"},
		{"none", nil, none, "has 0 columns"},
		{"short", []Column{{}, {}}, slices.Values([]Row{{Cells: []string{"a"}}}), `row 2 of sheet "short" has 1 cells for 2 columns`},
	} {
		b := New(&bytes.Buffer{})
		if err := b.Sheet("First", []Column{{}}, none); err != nil {
			t.Fatal(err)
		}
		if err := b.Sheet(test.name, test.columns, test.rows); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.name, err, test.want)
		}
	}
	if err := New(&bytes.Buffer{}).Close(); err == nil {
		t.Error("a workbook without sheets was closed")
	}
}

func TestLetters(t *testing.T) {
	for column, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 27: "AB", 51: "AZ", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := lettersOf(column); got != want {
			t.Errorf("column %d is %s, want %s", column, got, want)
		}
	}
}

// A cell holds 32,767 units of UTF-16, and no half of a letter.
func TestCut(t *testing.T) {
	for text, want := range map[string]int{strings.Repeat("a", 40_000): 32_767, strings.Repeat("😀", 20_000): 32_766 * 2, strings.Repeat("あ", 32_767): 32_767 * 3} {
		if got := cut(text); len(got) != want || !utf8.ValidString(got) {
			t.Errorf("%d bytes are cut to %d, want %d", len(text), len(got), want)
		}
	}
}

func BenchmarkSheet(b *testing.B) {
	row := Row{Cells: make([]string, 16)}
	columns := make([]Column, 16)
	for i := range columns {
		columns[i], row.Cells[i] = Column{Title: "Title", Kind: Kind(i % 3)}, fmt.Sprintf("%d.25", i*1000)
	}
	for b.Loop() {
		w := New(&bytes.Buffer{})
		if err := w.Sheet("S", columns, func(yield func(Row) bool) {
			for range 10_000 {
				if !yield(row) {
					return
				}
			}
		}); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
