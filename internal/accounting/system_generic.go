package accounting

import (
	"errors"
	"fmt"
	"strings"
)

// generic is a table whose columns the mapping names: for any system that imports
// one.
var generic = System{
	Name: "generic", Title: "any other, by a mapping", Files: "one table with the columns of the mapping: a row for each document, line or journal entry",
	write: func(x *export) error {
		file := x.m.File
		if len(file.Columns) == 0 {
			return errors.New("the mapping has no columns; add them under file: {columns: [{header: Number, value: \"{number}\"}]}")
		}
		var titles []string
		for _, c := range file.Columns {
			titles = append(titles, c.Header)
		}
		var rows [][]string
		if file.Header != "no" {
			rows = append(rows, titles)
		}
		for _, b := range x.books {
			for _, r := range x.rows(b) {
				cells := make([]string, len(file.Columns))
				for i, c := range file.Columns {
					cells[i] = x.fill(c.Value, r)
				}
				rows = append(rows, cells)
			}
		}
		name := strings.TrimSuffix(single(file.Name), ".csv")
		if strings.ContainsAny(name, `/\:*?"<>|`) {
			return fmt.Errorf("the mapping, file.name: %q is not the name of a file; leave out / \\ : * ? \" < > |", name)
		}
		separator := map[string]string{"comma": ",", "semicolon": ";", "tab": "\t"}[file.Separator]
		name = x.fileName(name)
		c := charsetNamed(file.Encoding)
		x.add(name, c.media, x.encode(c, name, table(separator, rows)))
		return nil
	},
}

// rows are those of a document.
func (x *export) rows(b *book) (rows []row) {
	switch x.m.File.Rows {
	case rowsOfDocuments:
		return []row{{b: b, n: 1}}
	case rowsOfEntries:
		for i, p := range x.journal(b) {
			rows = append(rows, row{b: b, p: &p, n: i + 1})
		}
	default:
		for i := range b.sales {
			rows = append(rows, row{b: b, s: &b.sales[i], n: i + 1})
		}
	}
	return rows
}
