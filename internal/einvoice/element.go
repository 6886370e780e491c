package einvoice

import (
	"bytes"
	"encoding/xml"
	"strings"
	"unicode"
)

// element is one of an XML file in the making. Both syntaxes forbid empty ones
// (PEPPOL-EN16931-R008), so those that have nothing in them are not added.
type element struct {
	name  string
	attrs []string // names and values by turns
	text  string
	parts []*element
}

// leaf adds an element with a text, and attributes given as names and values by
// turns; those that are empty are left out.
func (e *element) leaf(name, text string, attrs ...string) {
	if text = clean(text); text == "" {
		return
	}
	leaf := &element{name: name, text: text}
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			leaf.attrs = append(leaf.attrs, attrs[i], attrs[i+1])
		}
	}
	e.parts = append(e.parts, leaf)
}

// node adds an element with others in it.
func (e *element) node(name string, fill func(*element)) {
	node := &element{name: name}
	fill(node)
	if len(node.parts) > 0 {
		e.parts = append(e.parts, node)
	}
}

// bytes are the file.
func (e *element) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e.write(&b, "")
	return b.Bytes()
}

func (e *element) write(b *bytes.Buffer, indent string) {
	b.WriteString(indent + "<" + e.name)
	for i := 0; i < len(e.attrs); i += 2 {
		b.WriteString(" " + e.attrs[i] + `="` + escaped.Replace(e.attrs[i+1]) + `"`)
	}
	b.WriteByte('>')
	if len(e.parts) == 0 {
		b.WriteString(escaped.Replace(e.text))
	} else {
		b.WriteByte('\n')
		for _, part := range e.parts {
			part.write(b, indent+"  ")
		}
		b.WriteString(indent)
	}
	b.WriteString("</" + e.name + ">\n")
}

var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// clean is a text that XML can hold: of control characters only line ends stay.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r):
			return ' '
		case r == '\uFFFE' || r == '\uFFFF':
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n"))
	return strings.TrimSpace(text)
}

// single is a text on one line.
func single(text string) string { return strings.Join(strings.Fields(clean(text)), " ") }
