package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// door is the exported names of one package: those of the package itself and
// the methods of its exported types. Fields, and the methods an interface
// lists, are part of their type.
type door struct {
	names     int
	unused    []symbol // no other package uses them outside of tests
	constants int      // among the unused
}

// exportedNames lists the door of each package by its folder.
//
// A name is used where another package writes it. A type is also used where
// another package has a value of it, or of a type with an exported field of it,
// without writing its name. A method that an interface asks for counts as used,
// and so does a constant of a used type, or one declared together with a used
// one: a list of values is whole.
func (p program) exportedNames() map[string]door {
	used := p.uses()
	contracts := p.contracts()
	doors := map[string]door{}
	for _, one := range p.plain {
		var d door
		enumerated := one.enumerated(used)
		for _, object := range exported(one.types) {
			d.names++
			method, _ := object.(*types.Func)
			asked := method != nil && contracts.askFor(method, one.types)
			if used[key(object)] || asked || enumerated[object] {
				continue
			}
			d.unused = append(d.unused, symbol{p.at(object.Pos()), shortName(object)})
			if _, ok := object.(*types.Const); ok {
				d.constants++
			}
		}
		doors[p.folder(one)] = d
	}
	return doors
}

// enumerated are the constants of a package that are values of a list another
// package uses.
func (one *pkg) enumerated(used map[string]bool) map[types.Object]bool {
	listed := map[types.Object]bool{}
	for _, file := range one.files {
		for _, declared := range file.Decls {
			group, ok := declared.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			values := one.values(group)
			isUsed := slices.ContainsFunc(values, func(value types.Object) bool {
				named, ok := value.Type().(*types.Named)
				return used[key(value)] || ok && used[key(named.Obj())]
			})
			for _, value := range values {
				listed[value] = isUsed && len(values) > 1
			}
		}
	}
	return listed
}

// values are the constants that a declaration declares.
func (one *pkg) values(group *ast.GenDecl) (values []types.Object) {
	for _, spec := range group.Specs {
		for _, name := range spec.(*ast.ValueSpec).Names {
			if value := one.info.Defs[name]; value != nil {
				values = append(values, value)
			}
		}
	}
	return values
}

// exported are a package's exported objects, each type followed by its methods.
func exported(pkg *types.Package) (objects []types.Object) {
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		objects = append(objects, object)
		of, isType := object.(*types.TypeName)
		if !isType || of.IsAlias() {
			continue
		}
		if named, ok := of.Type().(*types.Named); ok {
			for method := range named.Methods() {
				if method.Exported() {
					objects = append(objects, method)
				}
			}
		}
	}
	return objects
}

// key names an object of a package, a type's method included, alike in every
// view the type checker has of it.
func key(object types.Object) string {
	if f, ok := object.(*types.Func); ok {
		return f.Origin().FullName()
	}
	return object.Pkg().Path() + "." + object.Name()
}

// shortName is Name, or Type.Name of a method.
func shortName(object types.Object) string {
	if f, ok := object.(*types.Func); ok {
		if of := receiverType(f); of != nil {
			return of.Obj().Name() + "." + f.Name()
		}
	}
	return object.Name()
}

// receiverType is the type a method belongs to; nil of a function.
func receiverType(f *types.Func) *types.Named {
	receiver := f.Signature().Recv()
	if receiver == nil {
		return nil
	}
	of := receiver.Type()
	if pointer, ok := of.(*types.Pointer); ok {
		of = pointer.Elem()
	}
	named, _ := of.(*types.Named)
	return named
}
