package config

import (
	"strings"
	"unicode/utf8"
)

// width of a line that holds a value with fields or entries, in characters.
const width = 100

// flow is the node in one line: {a: 1, b: [x, y]}; empty where a field of it
// needs several.
func (n node) flow() string {
	var parts []string
	for _, field := range n.fields {
		if field.value.line == "" {
			return ""
		}
		parts = append(parts, field.name+": "+field.value.line)
	}
	for _, item := range n.items {
		parts = append(parts, item.line)
	}
	text := strings.Join(parts, ", ")
	if n.items != nil {
		return "[" + text + "]"
	}
	return "{" + text + "}"
}

// fits tells whether the node stands in one line behind column characters.
func (n node) fits(column int) bool {
	single := len(n.fields)+len(n.items) == 0
	return n.line != "" && (single || column+utf8.RuneCountInString(n.line) <= width)
}

// printer lays nodes out in lines.
type printer struct{ text strings.Builder }

func (p *printer) indent(n int) { p.text.WriteString(strings.Repeat(" ", n)) }

func (p *printer) fields(fields []nodeField, indent int) {
	for _, field := range fields {
		p.indent(indent)
		p.field(field, indent)
	}
}

// field writes "name: value", the indentation before it being there.
func (p *printer) field(field nodeField, indent int) {
	p.text.WriteString(field.name + ":")
	n := field.value
	switch {
	case n.block != "":
		p.block(n.block, indent+2)
	case n.fits(indent + len(field.name) + 2):
		p.text.WriteString(" " + n.line + "\n")
	case n.items != nil:
		p.text.WriteByte('\n')
		p.items(n.items, indent+2)
	default:
		p.text.WriteByte('\n')
		p.fields(n.fields, indent+2)
	}
}

// items writes a list of texts or of values with fields; the configuration has
// no lists of lists.
func (p *printer) items(items []node, indent int) {
	for _, n := range items {
		p.indent(indent)
		p.text.WriteString("- ")
		if n.fits(indent + 2) {
			p.text.WriteString(n.line + "\n")
			continue
		}
		p.field(n.fields[0], indent+2)
		p.fields(n.fields[1:], indent+2)
	}
}

// block writes a text of several lines as it is read.
func (p *printer) block(text string, indent int) {
	p.text.WriteString(" |")
	if !strings.HasSuffix(text, "\n") {
		p.text.WriteByte('-')
	}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		p.text.WriteByte('\n')
		if line != "" {
			p.indent(indent)
			p.text.WriteString(line)
		}
	}
	p.text.WriteByte('\n')
}
