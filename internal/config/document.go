package config

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	maxFileSize = 10 << 20 // bytes; a price book of 50,000 rules has half of it
	maxNesting  = 64       // lists and maps inside each other; the deepest field needs 10
	maxIndent   = 256      // columns before a list entry; bounds nesting by indentation
	maxBlank    = 5000     // names and entries without a value; the parser moves the rest of the file for each
)

// documents reads the YAML documents of a file. It takes the plain part of
// YAML only: an anchor, alias, tag, merge key or directive is an error, so
// that a small text never stands for a large one.
func documents(data []byte) ([]ast.Node, *Error) {
	if len(data) > maxFileSize {
		return nil, &Error{Message: fmt.Sprintf("the file is larger than %d MB; split it into several", maxFileSize>>20)}
	}
	if !utf8.Valid(data) {
		return nil, &Error{Message: "the file is not UTF-8 text; save it as UTF-8"}
	}
	tokens := lexer.Tokenize(string(data))
	if err := refuseUnsafe(tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, syntaxError(err)
	}
	var bodies []ast.Node
	for _, document := range file.Docs {
		if document.Body != nil && document.Body.Type() != ast.NullType && document.Body.Type() != ast.CommentType {
			bodies = append(bodies, document.Body)
		}
	}
	return bodies, nil
}

// refuseUnsafe looks at the tokens before the parser does, because the parser
// recurses once for each level of nesting.
func refuseUnsafe(tokens token.Tokens) *Error {
	depth, blank := 0, 0
	var name, last *token.Token // the two before t, comments left out
	for _, t := range tokens {
		if t.Type == token.CommentType {
			continue
		}
		if leavesBlank(name, last, t) {
			blank++
		}
		name, last = last, t
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return at(t, "anchors, aliases and merge keys (&, *, <<) are not taken; write the value out here")
		case token.TagType:
			return at(t, "tags (!) are not taken; quote the value if it starts with an exclamation mark")
		case token.DirectiveType:
			return at(t, "directives (%) are not taken; remove the line")
		case token.MappingKeyType:
			return at(t, "keys with a question mark are not taken; write name: value")
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		}
		if depth > maxNesting || t.Type == token.SequenceEntryType && t.Position.Column > maxIndent {
			return at(t, "nested too deeply; no field needs so many levels")
		}
		if blank > maxBlank {
			return at(t, fmt.Sprintf("more than %d names or list entries have no value; leave out what is empty", maxBlank))
		}
	}
	return nil
}

// leavesBlank tells whether last asks for a value that t, the token behind
// it, does not begin. Where last is a colon, name stands before it.
func leavesBlank(name, last, t *token.Token) bool {
	if name == nil {
		return false
	}
	switch t.Type {
	case token.CollectEntryType, token.SequenceEndType, token.MappingEndType:
		return last.Type == token.MappingValueType || last.Type == token.CollectEntryType || last.Type == token.SequenceStartType
	}
	if t.Position.Line == last.Position.Line {
		return false
	}
	switch last.Type {
	case token.SequenceEntryType:
		return t.Position.Column <= last.Position.Column
	case token.MappingValueType:
		listOfName := t.Type == token.SequenceEntryType && t.Position.Column == name.Position.Column
		return t.Position.Column <= name.Position.Column && !listOfName
	}
	return false
}

func at(t *token.Token, message string) *Error {
	return &Error{Line: t.Position.Line, Column: t.Position.Column, Message: message}
}

func syntaxError(err error) *Error {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.GetToken() != nil {
		return at(syntax.GetToken(), "not valid YAML: "+syntax.GetMessage())
	}
	return &Error{Message: "not valid YAML: " + err.Error()}
}

// placeOf is where a node begins for a reader: a block of fields begins at
// its first name, not at the colon behind it.
func placeOf(n ast.Node) place {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return placeOf(m.Values[0].Key)
	}
	p := n.GetToken().Position
	return place{p.Line, p.Column}
}

// sourceText is a scalar as it was written, without its quotes: 0123 stays
// "0123" and 0.10 stays "0.10". ok is false when n is no scalar.
func sourceText(n ast.Node) (text string, ok bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func isNull(n ast.Node) bool { return n == nil || n.Type() == ast.NullType }

// kindOf names what was found, for error messages.
func kindOf(n ast.Node) string {
	if isNull(n) {
		return "nothing"
	}
	switch n.(type) {
	case *ast.MappingNode:
		return "fields"
	case *ast.SequenceNode:
		return "a list"
	case *ast.IntegerNode, *ast.FloatNode:
		return "a number"
	}
	return "a text"
}
