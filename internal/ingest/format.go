package ingest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/lake"
)

// format is a layout of columns that Sluice reads. All binding is by name:
// columns may come in any order, and those no format knows are kept in the
// x_columns of each line. A new format is a file with one of these, and its
// name in formats.
type format struct {
	name string
	kind string // of the sources whose files are in it
	mark string // for people: the column by which it is known, and what it is
	// recognise tells from the names of a file's columns whether it is this one.
	recognise func(names map[string]bool) bool
	// The places of the columns, by plain name. Where several columns have the
	// same place the first in the list that has a value wins.
	texts    []place[lake.Text]
	numbers  []place[lake.Number]
	instants []place[lake.Instant]
	// mapped tells which column is one entry of a map, or holds a whole map.
	mapped func(name string) (to mapping, ok bool)
	cells  cells  // how a cell holds a whole map
	clock  clock  // how a cell holds a time
	null   string // a word that stands for no value, besides the empty text
	// currency is that of lines that name none; where it is empty they are refused.
	currency string
	// spread says that its lines hold what commitments cost over their whole life,
	// and not the fees of the month.
	spread bool
	// asks lists columns, by plain name, that finish looks at and the lake has no place
	// for: they are in asked of a line, and in x_columns. At most maxAsked.
	asks []string
	// nested lists columns, by plain name, that are objects in Parquet files: their
	// members are columns such as invoice.month, as they are in JSON lines.
	nested []string
	// undated says that no column tells the month that a line is billed in: it is the
	// one that the files are loaded as.
	undated bool
	// finish derives what the columns do not say by themselves. Provider, class and
	// charge category it must give; it may give the start of the line's time, and
	// parts: further lines that the row holds, such as its credits.
	finish func(line *row, notes *notes) error
}

type place[T any] struct {
	plain string // name as plainName gives it
	to    T
}

// mapping says where the entries of a map go.
type mapping struct {
	to     lake.Map
	key    string // of the entry; empty when the cell holds the whole map
	spread string // whole maps only: the entries are columns of that prefix, not entries of to
	kept   bool   // whole maps only: the entries have no place, and are x_columns called column.key
}

// formats lists what can be read; the first that recognises a file reads it.
var formats = []*format{
	&cur,
	&focus,
	&alibaba,
	&partnerCenter,
	&partnerInvoice,
	&azure,
	&googleReseller,
	&google,
	&collected,
}

// SpreadsCommitments tells whether loads of a format, by its name in Result,
// hold what commitments cost over their whole life and not the fees of the month,
// so that the two cannot be compared.
func SpreadsCommitments(name string) bool {
	i := slices.IndexFunc(formats, func(f *format) bool { return f.name == name })
	return i < 0 || formats[i].spread
}

// plainName makes the ways providers spell a column equal: lineItem/UsageAccountId,
// line_item_usage_account_id and LineItemUsageAccountID are all one.
func plainName(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plainNames are the names of a header as plainName gives them.
func plainNames(header []string) map[string]bool {
	names := map[string]bool{}
	for _, h := range header {
		names[plainName(h)] = true
	}
	return names
}

// recognised is the format of a file by its plain names; nil where none is known.
func recognised(names map[string]bool) *format {
	for _, f := range formats {
		if f.recognise(names) {
			return f
		}
	}
	return nil
}

// formatOf finds the format of a file by its header. The error says what the
// file seems to be instead, and what to do.
func formatOf(header []string) (*format, error) {
	names := plainNames(header)
	if f := recognised(names); f != nil {
		return f, nil
	}
	for _, s := range strangers {
		if all(names, s.marks...) {
			return nil, fmt.Errorf("this is not a format Sluice reads: it looks like %s. %s", s.name, s.advice)
		}
	}
	shown := header
	more := ""
	if len(shown) > 6 {
		shown, more = shown[:6], fmt.Sprintf(" and %d more", len(header)-6)
	}
	marks := make([]string, len(formats))
	for i, f := range formats {
		marks[i] = f.mark
	}
	return nil, fmt.Errorf("this is not a format Sluice reads: it has neither %s among its columns, which are %s%s",
		strings.Join(marks, " nor "), clip(strings.Join(shown, ", "), 200), more)
}

// strangers are formats that are known and not read.
var strangers = []struct {
	name   string
	marks  []string
	advice string
}{
	{"a price sheet of Azure", []string{"meterid", "baseprice"}, "Export cost and usage details, actual cost, instead."},
	{"Google Cloud's price export", []string{"skuid", "listprice"}, "Export the detailed usage cost instead."},
	{"Oracle's own cost report", []string{"lineitemreferenceno", "costmycost"}, "Load the files under FOCUS Reports instead."},
	{"Alibaba Cloud's bill detail by billable item", []string{"billingcycle", "billingitem", "pretaxgrossamount"}, "Subscribe to the bill detail by instance instead, which has the amount after coupons."},
	{"a pointer of Git LFS in place of the file", []string{"versionhttpsgitlfsgithubcomspecv1"}, "Fetch the file itself with git lfs pull."},
	{"an early draft of FOCUS", []string{"billedcost", "chargetype"}, "Export FOCUS 1.0 or later."},
}

func all(names map[string]bool, marks ...string) bool {
	for _, m := range marks {
		if !names[m] {
			return false
		}
	}
	return true
}

func clip(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n-1], "") + "…"
	}
	return s
}
