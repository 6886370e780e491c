package main

import (
	"fmt"
	"io"
)

// result is what a command found, for each output to take from it what it writes.
type result interface {
	document() any      // the whole
	lines() []any       // the rows of the list; the whole of what is no list
	sheet() [][]string  // titles, and below them the cells of each row; nil where the command offers no CSV
	text(out io.Writer) // for people
}

// single is a result that is no list.
type single struct {
	whole any
	show  func(io.Writer)
}

func (s single) document() any      { return s.whole }
func (s single) lines() []any       { return []any{s.whole} }
func (s single) sheet() [][]string  { return nil }
func (s single) text(out io.Writer) { s.show(out) }

// listing is a result that is a list.
type listing[T any] struct {
	whole any             // the rows with what stands beside them, such as the month and totals
	rows  []T             // the list
	none  string          // is said to people where the list is empty
	table grid[T]         // for people
	show  func(io.Writer) // for people, where the table is not all; nil writes it alone
	csv   grid[T]         // with all digits; of commands that offer it
}

// grid is what is shown of each row, under which titles. For people, a title that
// begins with ">" makes its column flush right.
type grid[T any] struct {
	titles []string
	cells  func(T) []string
}

// rows are the cells of each row.
func (g grid[T]) rows(of []T) [][]string {
	all := make([][]string, len(of))
	for i, row := range of {
		all[i] = g.cells(row)
	}
	return all
}

// tabled is a table that has a line for each row.
func (g grid[T]) tabled(of []T) *table { return &table{titles: g.titles, rows: g.rows(of)} }

func (l listing[T]) document() any { return l.whole }

func (l listing[T]) lines() []any {
	lines := make([]any, len(l.rows))
	for i, row := range l.rows {
		lines[i] = row
	}
	return lines
}

func (l listing[T]) sheet() [][]string {
	if l.csv.cells == nil {
		return nil
	}
	return append([][]string{l.csv.titles}, l.csv.rows(l.rows)...)
}

func (l listing[T]) text(out io.Writer) {
	switch {
	case len(l.rows) == 0 && l.none != "":
		fmt.Fprintln(out, l.none)
	case l.show != nil:
		l.show(out)
	default:
		l.table.tabled(l.rows).write(out, "")
	}
}
