package main

import (
	"go/ast"
	"go/token"

	"github.com/sluice-billing/sluice/internal/house"
)

// undocumented lists exported names without a doc comment: functions, types,
// methods of exported types, constants and variables. A comment on a group of
// constants or variables, or one at the end of the line, documents them.
func undocumented(t house.Tree) (missing []symbol) {
	for _, s := range t.Sources {
		for _, declared := range s.Syntax.Decls {
			switch d := declared.(type) {
			case *ast.FuncDecl:
				of := d.Recv == nil || ast.IsExported(receiver(d))
				if d.Doc == nil && d.Name.IsExported() && of {
					missing = append(missing, symbol{t.At(d), functionName(d)})
				}
			case *ast.GenDecl:
				for _, name := range bare(d) {
					missing = append(missing, symbol{t.At(name), name.Name})
				}
			}
		}
	}
	return missing
}

// bare are the exported names that a declaration of types, constants or
// variables leaves without a comment.
func bare(d *ast.GenDecl) (names []*ast.Ident) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			// The comment above “type” is of one type, not of a group.
			single := d.Lparen == token.NoPos && d.Doc != nil
			if spec.Name.IsExported() && spec.Doc == nil && spec.Comment == nil && !single {
				names = append(names, spec.Name)
			}
		case *ast.ValueSpec:
			if d.Doc != nil || spec.Doc != nil || spec.Comment != nil {
				continue
			}
			for _, name := range spec.Names {
				if name.IsExported() {
					names = append(names, name)
				}
			}
		}
	}
	return names
}
