package bookfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// element is an XML element that knows which of its attributes were asked for.
type element struct {
	in         *input
	name       string
	line       int
	attributes []xml.Attr
	asked      map[string]bool
	children   []*element
	text       strings.Builder
}

func (e *element) where() string { return line(e.line) }

// root reads the file's XML. Document types are refused, and with them every
// entity that a file could define.
func (in *input) root() *element {
	decoder := xml.NewDecoder(bytes.NewReader(in.data))
	decoder.CharsetReader = func(encoding string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("its encoding is %s; save it as UTF-8", encoding)
	}
	top := &element{in: in, asked: map[string]bool{}}
	open := []*element{top} // from the outside in
	for parts := 0; in.err == nil; parts++ {
		at, _ := decoder.InputPos()
		token, err := decoder.Token()
		inner := open[len(open)-1]
		switch t := token.(type) {
		case nil:
			if !errors.Is(err, io.EOF) {
				in.fail(line(lineOf(err, at)), "the XML cannot be read: %s", strings.TrimPrefix(plainXML(err), "xml: "))
			}
			if len(top.children) != 1 {
				in.fail("", "has %s at the top; expected one", plural(len(top.children), "element"))
				return top
			}
			return top.children[0]
		case xml.StartElement:
			child := &element{in: in, name: t.Name.Local, line: at, attributes: slices.Clone(t.Attr), asked: map[string]bool{}}
			child.checkAttributes()
			inner.children = append(inner.children, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			inner.text.Write(t)
		case xml.Comment:
			in.lose(line(at), fmt.Sprintf("comment %q", clip(strings.TrimSpace(string(t)))), "price books have no comments")
		case xml.Directive:
			in.fail(line(at), "has a <!…> declaration such as a document type; remove it")
		case xml.ProcInst:
			if t.Target != "xml" {
				in.lose(line(at), fmt.Sprintf("<?%s …?>", t.Target), "it is for other programs")
			}
		}
		if len(open) > maxDepth || parts > maxParts {
			in.fail(line(at), "is more than %d levels deep, or beyond the first %d elements", maxDepth, maxParts)
		}
	}
	return top
}

// lineOf is the line that an error names, else the one that was being read.
func lineOf(err error, at int) int {
	if syntax := new(xml.SyntaxError); errors.As(err, &syntax) {
		return syntax.Line
	}
	return at
}

// plainXML is an error without the line, which stands before it already.
func plainXML(err error) string {
	if syntax := new(xml.SyntaxError); errors.As(err, &syntax) {
		return syntax.Msg
	}
	return err.Error()
}

func (e *element) checkAttributes() {
	seen := map[xml.Name]bool{}
	for _, a := range e.attributes {
		if seen[a.Name] {
			e.in.fail(e.where(), "%s has the attribute %s twice; keep one", e.name, a.Name.Local)
		}
		seen[a.Name] = true
	}
}

// attribute is the value of an attribute without blanks around it.
func (e *element) attribute(name string) (value string, given bool) {
	e.asked[name] = true
	for _, a := range e.attributes {
		if a.Name.Space == "" && a.Name.Local == name {
			return strings.TrimSpace(a.Value), true
		}
	}
	return "", false
}

// flag reads an attribute that is true or false.
func (e *element) flag(name string, otherwise bool) bool {
	text, given := e.attribute(name)
	switch {
	case !given || text == "":
		return otherwise
	case strings.EqualFold(text, "true"):
		return true
	case strings.EqualFold(text, "false"):
		return false
	}
	e.in.fail(e.where(), "%s of %s is %q; expected true or false", name, e.name, clip(text))
	return otherwise
}

// loseRest lists the attributes that nobody asked for, and text of the element.
func (e *element) loseRest() {
	for _, a := range e.attributes {
		if namespace := a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || a.Name.Space != ""; !namespace && !e.asked[a.Name.Local] {
			e.in.lose(e.where(), fmt.Sprintf("attribute %s=%q of %s", a.Name.Local, clip(a.Value), e.name), "the attribute is not known here; the rule was read without it")
		}
	}
	if text := strings.TrimSpace(e.text.String()); text != "" {
		e.in.lose(e.where(), fmt.Sprintf("text %q of %s", clip(text), e.name), "price books have no comments")
	}
}
