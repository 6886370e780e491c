package accounting

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// maxMapping bounds the text of a mapping, in bytes.
const maxMapping = 256 << 10

//go:embed mapping/*.yaml
var mappings embed.FS

// DefaultMapping is what a system comes with: accounts and codes of a usual chart,
// to be looked over by whoever keeps the books.
func DefaultMapping(system string) (Mapping, error) {
	text, err := DefaultMappingText(system)
	if err != nil {
		return Mapping{}, err
	}
	return ParseMapping(text)
}

// DefaultMappingText is DefaultMapping as YAML with comments: what a mapping of
// one's own begins with.
func DefaultMappingText(system string) ([]byte, error) {
	if _, err := ByName(system); err != nil {
		return nil, err
	}
	return mappings.ReadFile("mapping/" + system + ".yaml")
}

// ParseMapping reads a mapping. The error names line and column, or the field, of
// what is not known or cannot be right.
func ParseMapping(text []byte) (Mapping, error) {
	if len(text) > maxMapping {
		return Mapping{}, fmt.Errorf("the mapping is larger than %d KB", maxMapping>>10)
	}
	tokens := lexer.Tokenize(string(text))
	if err := plain(tokens); err != nil {
		return Mapping{}, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return Mapping{}, readable(err)
	}
	var m Mapping
	if len(file.Docs) > 1 {
		return m, errors.New("the mapping: there are several documents (---) in it; keep one")
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return m, errors.New("the mapping is empty; expected system, customers, lines and taxes")
	}
	if err := yaml.NodeToValue(textual(file.Docs[0].Body), &m, yaml.Strict()); err != nil {
		return Mapping{}, readable(err)
	}
	if err := m.check(); err != nil {
		return Mapping{}, err
	}
	return m, nil
}

// What a mapping needs at most: the parser takes time by the square of each.
const (
	maxNesting = 8
	maxIndent  = 64   // columns before an entry
	maxBlank   = 2000 // names and entries whose value is not on their line
)

// plain takes the plain part of YAML only, so that a small text never stands for a
// large one, and is read in a short time.
func plain(tokens token.Tokens) error {
	depth, blank := 0, 0
	for i, t := range tokens {
		message := ""
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType, token.DirectiveType, token.MappingKeyType:
			message = t.Value + " is not taken here; write the value itself, in quotes where it begins so"
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType, token.MappingValueType:
			if i+1 == len(tokens) || tokens[i+1].Position.Line != t.Position.Line || tokens[i+1].Type == t.Type {
				blank++
			}
		}
		if depth > maxNesting || blank > maxBlank || t.Type == token.SequenceEntryType && t.Position.Column > maxIndent {
			message = "there are too many levels or empty values; no field needs so many"
		}
		if message != "" {
			return fmt.Errorf("the mapping, line %d, column %d: %s", t.Position.Line, t.Position.Column, message)
		}
	}
	return nil
}

// textual makes texts of numbers, as they are written: the account 0400 is not 256.
func textual(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			v.Value = textual(v.Value)
		}
	case *ast.MappingValueNode:
		n.Value = textual(n.Value)
	case *ast.SequenceNode:
		for i := range n.Values {
			n.Values[i] = textual(n.Values[i])
		}
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return ast.String(n.GetToken())
	}
	return n
}

// readable is an error of the reader for a person.
func readable(err error) error {
	var at yaml.Error
	if !errors.As(err, &at) {
		return fmt.Errorf("the mapping: %w", err)
	}
	message := strings.ReplaceAll(strings.ReplaceAll(at.GetMessage(), "[]interface {}", "a list"), "map[string]interface {}", "a table")
	if t := at.GetToken(); t != nil && t.Position != nil {
		return fmt.Errorf("the mapping, line %d, column %d: %s", t.Position.Line, t.Position.Column, message)
	}
	return fmt.Errorf("the mapping: %s", message)
}

// Kinds are what a line of a document can be for a LineRule, in the order of the
// document: usage, marketplace, entry, rounding (what rounding leaves), the parts
// beside usage such as support and discounts, and prepaid, which is what the
// balance pays or is given.
func Kinds() []string {
	kinds := []string{string(statement.Usage), string(statement.Marketplace), string(statement.Entry), kindRounding}
	for _, part := range (invoice.Invoice{}).Sums() {
		kinds = append(kinds, kindOf(part.Part))
	}
	return append(kinds, kindPrepaid)
}

// check refuses what could only be a slip.
func (m *Mapping) check() error {
	if m.System != "" {
		if _, err := ByName(m.System); err != nil {
			return fmt.Errorf("the mapping, system: %w", err)
		}
	}
	if m.Currency != "" {
		if err := m.Currency.Check(); err != nil {
			return fmt.Errorf("the mapping, currency: %w", err)
		}
	}
	for _, c := range []struct {
		field, value string
		of           []string
	}{
		{"tax", m.Tax, []string{taxIncluded, taxSeparate}}, {"credit_notes", m.CreditNotes, []string{creditNegative, creditSeparate}},
		{"file.rows", m.File.Rows, []string{rowsOfDocuments, rowsOfLines, rowsOfEntries}},
		{"file.separator", m.File.Separator, []string{"comma", "semicolon", "tab"}}, {"file.decimal", m.File.Decimal, []string{"point", "comma"}},
		{"file.encoding", m.File.Encoding, encodingNames()}, {"file.header", m.File.Header, []string{"yes", "no"}},
		{"datev.final", m.DATEV.Final, []string{"yes", "no"}}, {"datev.service_date", m.DATEV.ServiceDate, []string{"yes", "no"}},
	} {
		if c.value != "" && !slices.Contains(c.of, c.value) {
			return fmt.Errorf("the mapping, %s: %q is not known; use one of %s", c.field, c.value, strings.Join(c.of, ", "))
		}
	}
	if m.Dates != "" && !strings.Contains(m.Dates, "DD") {
		return fmt.Errorf("the mapping, dates: %q has no day; write it of YYYY, MM and DD, such as DD/MM/YYYY", m.Dates)
	}
	return m.checkRules()
}

func (m *Mapping) checkRules() error {
	if err := template("memo", m.Memo, ofMemo); err != nil {
		return err
	}
	for i := range m.Customers {
		r, at := &m.Customers[i], fmt.Sprintf("customers[%d]", i)
		if err := r.Match.check(at); err != nil {
			return err
		}
		for _, value := range []string{r.Code, r.Name, r.Receivable, r.SubAccount, r.Department, r.Email, r.Agreement} {
			if err := template(at, value, ofParty); err != nil {
				return err
			}
		}
	}
	for i := range m.Lines {
		r, at := &m.Lines[i], fmt.Sprintf("lines[%d]", i)
		if err := r.Match.check(at); err != nil {
			return err
		}
		for _, kind := range r.Kind {
			if !slices.ContainsFunc(Kinds(), func(k string) bool { return like(kind, k) }) {
				return fmt.Errorf("the mapping, %s.kind: %q is not known; use one of %s", at, kind, strings.Join(Kinds(), ", "))
			}
		}
		for _, value := range []string{r.Account, r.SubAccount, r.Department, r.Item} {
			if err := template(at, value, ofBilled); err != nil {
				return err
			}
		}
	}
	for i := range m.Taxes {
		if err := m.Taxes[i].Match.check(fmt.Sprintf("taxes[%d]", i)); err != nil {
			return err
		}
	}
	for i, c := range m.File.Columns {
		if err := template(fmt.Sprintf("file.columns[%d]", i), c.Value, fieldsOf(m.File.Rows)); err != nil {
			return err
		}
	}
	return nil
}

func (m *Match) check(at string) error {
	for _, category := range m.Category {
		if known := []string{"standard", "reduced", "zero", "exempt", "reverse-charge", "out-of-scope", noTax}; !slices.ContainsFunc(known, func(k string) bool { return like(category, k) }) {
			return fmt.Errorf("the mapping, %s.category: %q is not known; use one of %s", at, category, strings.Join(known, ", "))
		}
	}
	if m.Percent == "" {
		return nil
	}
	percent, err := money.Parse(m.Percent)
	if err != nil {
		return fmt.Errorf("the mapping, %s.percent: %q is not a number", at, m.Percent)
	}
	m.percent = &percent
	return nil
}
