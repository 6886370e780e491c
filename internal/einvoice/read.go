package einvoice

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// What a file may be at most. Attachments are inside of it.
const (
	maxBytes    = 64 << 20
	maxDepth    = 40
	maxElements = 1_000_000
)

// Read reads an e-invoice: a UBL 2.1 Invoice or CreditNote, or a UN/CEFACT Cross
// Industry Invoice. What the model has no place for is passed over; amounts are
// taken as they stand, and nothing is checked against the rules. Files that are too
// large or too deep, or that bring declarations of their own (DTD), are refused.
func Read(data []byte) (Document, error) {
	if len(data) > maxBytes {
		return Document{}, fmt.Errorf("the file has %d bytes; an e-invoice of more than %d is not read", len(data), maxBytes)
	}
	root, err := parse(data)
	if err != nil {
		return Document{}, fmt.Errorf("the file is no e-invoice that can be read: %w", err)
	}
	r := &reading{}
	var d Document
	switch root.name.Local {
	case "Invoice", "CreditNote":
		d = r.ubl(root)
	case "CrossIndustryInvoice":
		d = r.cii(root)
	default:
		return Document{}, fmt.Errorf("the file is no e-invoice: it begins with <%s>; UBL begins with <Invoice> or <CreditNote>, CII with <CrossIndustryInvoice>", clipped(root.name.Local))
	}
	return d, r.wrong
}

// node is an element that was read.
type node struct {
	name  xml.Name
	attrs []xml.Attr
	text  []byte
	parts []*node
}

// parse reads the elements of a file.
func parse(data []byte) (*node, error) {
	decoder := xml.NewDecoder(bytes.NewReader(data))
	document := &node{}
	open, elements := []*node{document}, 0
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", lineOf(decoder), err)
		}
		inner := open[len(open)-1]
		switch t := token.(type) {
		case xml.Directive:
			return nil, errors.New("it has declarations of its own (DTD), which e-invoices must not have")
		case xml.CharData:
			inner.text = append(inner.text, t...)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.StartElement:
			if elements++; elements > maxElements || len(open) > maxDepth {
				return nil, fmt.Errorf("it has more than %d elements, or more than %d inside of each other", maxElements, maxDepth)
			}
			child := &node{name: t.Name, attrs: t.Attr}
			inner.parts = append(inner.parts, child)
			open = append(open, child)
		}
	}
	if len(document.parts) != 1 {
		return nil, errors.New("it has not one element that holds all others")
	}
	return document.parts[0], nil
}

func lineOf(d *xml.Decoder) int {
	line, _ := d.InputPos()
	return line
}

// at finds the first element of a path of local names, such as
// AccountingSupplierParty/Party; an empty one where there is none. A path finds
// its way through all elements of a name.
func (n *node) at(path string) *node {
	if all := n.all(path); len(all) > 0 {
		return all[0]
	}
	return &node{}
}

// all finds every element of a path.
func (n *node) all(path string) []*node {
	found := []*node{n}
	for name := range strings.SplitSeq(path, "/") {
		var inner []*node
		for _, f := range found {
			for _, part := range f.parts {
				if part.name.Local == name {
					inner = append(inner, part)
				}
			}
		}
		found = inner
	}
	return found
}

// value is the text of the first element of a path.
func (n *node) value(path string) string { return strings.TrimSpace(string(n.at(path).text)) }

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// reading remembers the first thing that could not be read.
type reading struct {
	wrong error
}

func (r *reading) fail(n *node, what string, err error) {
	if r.wrong == nil {
		r.wrong = fmt.Errorf("%s %q of <%s> cannot be read: %w", what, clipped(string(n.text)), clipped(n.name.Local), err)
	}
}

// number reads a decimal as XML writes it, without an exponent; none is 0.
func (r *reading) number(n *node, path string) money.Decimal {
	at := n.at(path)
	text := strings.TrimSpace(string(at.text))
	if text == "" {
		return money.Zero
	}
	const longest = 40
	if len(text) > longest || strings.ContainsAny(text, "eE") {
		r.fail(at, "the amount", errors.New("it is no decimal number"))
		return money.Zero
	}
	d, err := money.Parse(strings.TrimPrefix(text, "+"))
	if err != nil {
		r.fail(at, "the amount", err)
	}
	return d
}

// rate reads a percent; nil where there is none.
func (r *reading) rate(n *node, path string) *money.Decimal {
	if n.value(path) == "" {
		return nil
	}
	d := r.number(n, path)
	return &d
}

// day reads a date such as 2026-10-31, or 20261031; nil where there is none.
func (r *reading) day(n *node, path string) *billing.Day {
	at := n.at(path)
	text := strings.TrimSpace(string(at.text))
	if text == "" {
		return nil
	}
	if len(text) == 8 {
		text = text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	if len(text) > 10 { // a time zone may follow
		text = text[:10]
	}
	d, err := billing.ParseDay(text)
	if err != nil {
		r.fail(at, "the date", err)
		return nil
	}
	return &d
}

// identifier reads a name with its scheme.
func identifier(n *node, path string) Identifier {
	at := n.at(path)
	return Identifier{Scheme: at.attr("schemeID"), Value: strings.TrimSpace(string(at.text))}
}

// lines leaves those that say something.
func lines(texts ...string) (said []string) {
	for _, text := range texts {
		if text != "" {
			said = append(said, text)
		}
	}
	return said
}

func clipped(text string) string {
	text = strings.TrimSpace(text)
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}
