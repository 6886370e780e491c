package main

import (
	"go/types"
	"slices"
	"strings"
)

// wellKnown are methods that the standard library and encoders call by name,
// often through an interface of a package the type's own does not import.
var wellKnown = []string{
	"String", "GoString", "Format", "Error", "Is", "As", "Unwrap", "Read", "Write", "Close", "Len", "Less", "Swap", "Push", "Pop",
	"ServeHTTP", "Scan", "Value", "IsZero", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "MarshalBinary",
	"UnmarshalBinary", "MarshalYAML", "UnmarshalYAML", "JSONSchema", "JSONSchemaExtend",
}

// contract is an interface and who declares it.
type contract struct {
	asks *types.Interface
	by   *types.Package
}

// contracts are interfaces by the names of the methods they ask for.
type contracts struct {
	program
	byMethod map[string][]contract
}

// contracts collects the interfaces of the repository and of what it imports.
func (p program) contracts() contracts {
	all := contracts{p, map[string][]contract{}}
	seen := map[*types.Package]bool{}
	add := func(pkg *types.Package) {
		if seen[pkg] {
			return
		}
		seen[pkg] = true
		for _, name := range pkg.Scope().Names() {
			if asks := methodsOnly(pkg.Scope().Lookup(name)); asks != nil {
				for method := range asks.Methods() {
					all.byMethod[method.Name()] = append(all.byMethod[method.Name()], contract{asks, pkg})
				}
			}
		}
	}
	for _, one := range p.plain {
		add(one.types)
		for _, imported := range one.types.Imports() {
			add(imported)
		}
	}
	return all
}

// methodsOnly is the interface that an object declares, if it can be
// implemented and asks for something; else nil.
func methodsOnly(object types.Object) *types.Interface {
	name, ok := object.(*types.TypeName)
	if !ok {
		return nil
	}
	if named, ok := name.Type().(*types.Named); ok && named.TypeParams().Len() > 0 {
		return nil
	}
	asks, ok := name.Type().Underlying().(*types.Interface)
	if !ok || !asks.IsMethodSet() || asks.NumMethods() == 0 {
		return nil
	}
	return asks
}

// askFor tells whether a method has to be there for an interface: one whose
// name says so, or one that the type implements and that is of the standard
// library, of the repository, or of a module the type's package imports.
func (c contracts) askFor(method *types.Func, home *types.Package) bool {
	of := receiverType(method)
	if of == nil {
		return false
	}
	if slices.Contains(wellKnown, method.Name()) {
		return true
	}
	if of.TypeParams().Len() > 0 {
		return false // whether it implements depends on its arguments
	}
	return slices.ContainsFunc(c.byMethod[method.Name()], func(one contract) bool {
		near := c.owns(one.by.Path()) || standard(one.by) || slices.Contains(home.Imports(), one.by)
		return near && types.Implements(types.NewPointer(of), one.asks)
	})
}

// standard tells whether a package is of the standard library, whose import
// paths do not begin with a domain.
func standard(pkg *types.Package) bool {
	first, _, _ := strings.Cut(pkg.Path(), "/")
	return !strings.Contains(first, ".")
}
