package accounting

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"github.com/sluice-billing/sluice/internal/deliver"
)

// single is a text on one line without blanks around it and control characters in
// it.
func single(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\ufffd"), func(r rune) bool {
		return unicode.IsSpace(r) && r != '\u3000' || unicode.IsControl(r)
	}), " ")
}

// cut is a text of at most that many characters; one that is longer ends with an
// ellipsis, before which no letter is torn from its marks.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	letters := []rune(text)[:most-1]
	next := []rune(text)[most-1]
	for len(letters) > 0 && (unicode.Is(unicode.M, next) || next == '\u200d' || letters[len(letters)-1] == '\u200d') {
		next, letters = letters[len(letters)-1], letters[:len(letters)-1]
	}
	return strings.TrimRight(string(letters), " \u3000") + "…"
}

// charset is a way to write texts as bytes.
type charset struct {
	name     string
	mark     string            // before the text
	encoding encoding.Encoding // nil is UTF-8
	instead  rune              // written for a character that it has not
	media    string
}

var charsets = []charset{
	{name: "utf-8", media: "text/csv; charset=utf-8"},
	{name: "utf-8-bom", mark: "\ufeff", media: "text/csv; charset=utf-8"},
	{name: "windows-1252", encoding: charmap.Windows1252, instead: '¿', media: "text/csv; charset=windows-1252"},
	{name: "shift-jis", encoding: japanese.ShiftJIS, instead: '〓', media: "text/csv; charset=shift_jis"},
}

func encodingNames() (all []string) {
	for _, c := range charsets {
		all = append(all, c.name)
	}
	return all
}

func charsetNamed(name string) charset {
	return charsets[slices.IndexFunc(charsets, func(c charset) bool { return c.name == name })]
}

// encode writes a file. A note says which characters could not be, and what stands
// for them.
func (x *export) encode(c charset, file, text string) []byte {
	if c.encoding == nil {
		return []byte(c.mark + text)
	}
	encoder := c.encoding.NewEncoder()
	var out []byte
	var lost []rune
	for _, r := range text {
		bytes, err := encoder.Bytes([]byte(string(r)))
		if err != nil {
			if bytes, err = encoder.Bytes([]byte(string(c.instead))); err != nil {
				bytes = []byte{'?'}
			}
			if !slices.Contains(lost, r) {
				lost = append(lost, r)
			}
		}
		out = append(out, bytes...)
	}
	if len(lost) > 0 {
		shown := lost[:min(len(lost), 20)]
		x.note("%s is written in %s, which lacks %d of the characters that are used (%s); %c stands for each of them. Where that matters, give the customer another name in the mapping", file, c.name, len(lost), string(shown), c.instead)
	}
	return out
}

// goLayout is the form of a day, such as DD/MM/YYYY, as package time writes it.
func goLayout(form string) string {
	return strings.NewReplacer("YYYY", "2006", "YY", "06", "MM", "01", "DD", "02").Replace(form)
}

// table writes rows as text. Cells are on one line each and no formula.
func table(separator string, rows [][]string) string {
	var b strings.Builder
	for _, cells := range rows {
		for i, cell := range cells {
			if i > 0 {
				b.WriteString(separator)
			}
			cell = deliver.Inert(single(cell))
			if strings.ContainsAny(cell, separator+"\"\r\n") || cell != strings.TrimSpace(cell) {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

// csv keeps a file of rows that are separated by commas.
func (x *export) csv(name string, c charset, rows [][]string) {
	x.add(name, c.media, x.encode(c, name, table(",", rows)))
}

// fileName is the name of a file, with the months of the documents in it.
func (x *export) fileName(what string) string {
	first, last := x.books[0].day(), x.books[len(x.books)-1].day()
	months := first.String()[:7]
	if end := last.String()[:7]; end != months {
		months += "_" + end
	}
	return fmt.Sprintf("%s_%s.csv", what, months)
}
