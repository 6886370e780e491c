package main

import (
	"go/types"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/house"
)

// seam is an interface and how many types implement it.
type seam struct {
	symbol
	Code   int `json:"code"`
	Tests  int `json:"tests"`
	Others int `json:"others"` // exported types of what its package imports from elsewhere
}

// interfacesBelowTwo lists the package-level interfaces that fewer than two
// types implement: types of the repository outside of its tests, and of other
// modules that the interface's package imports. A generic type counts where it is
// given its arguments. Seams that have a reason to be are not listed.
func (p program) interfacesBelowTwo() (few []seam) {
	code, tests := p.implementations()
	for _, one := range p.plain {
		for _, name := range one.types.Scope().Names() {
			object := one.types.Scope().Lookup(name)
			asks := methodsOnly(object)
			if asks == nil || house.SeamReason(p.folder(one), name) != "" {
				continue
			}
			at := symbol{p.at(object.Pos()), one.types.Name() + "." + name}
			s := seam{at, len(code[key(object)]), len(tests[key(object)]), p.implementedElsewhere(asks, one)}
			if s.Code+s.Others < 2 {
				few = append(few, s)
			}
		}
	}
	return few
}

// implementedElsewhere counts exported types that a package imports from other
// modules or the standard library, and that implement an interface.
func (p program) implementedElsewhere(asks *types.Interface, by *pkg) (count int) {
	for _, imported := range by.types.Imports() {
		if p.owns(imported.Path()) {
			continue
		}
		for _, name := range imported.Scope().Names() {
			named := concrete(imported.Scope().Lookup(name))
			if named != nil && named.Obj().Exported() && types.Implements(types.NewPointer(named), asks) {
				count++
			}
		}
	}
	return count
}

// implementations are the places of the types that implement each interface of
// the repository, by its key.
func (p program) implementations() (code, tests map[string]map[string]bool) {
	code, tests = map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, one := range slices.Concat(p.plain, p.variants) {
		interfaces := p.interfacesSeenBy(one)
		for named := range one.madeHere() {
			at, found := p.at(named.Obj().Pos()), code
			if strings.Contains(at, "_test.go:") {
				found = tests
			}
			for name, asks := range interfaces {
				if types.Implements(types.NewPointer(named), asks) {
					if found[name] == nil {
						found[name] = map[string]bool{}
					}
					found[name][at] = true
				}
			}
		}
	}
	return code, tests
}

// madeHere are the types that a package declares, and those it makes of generic
// types of its own.
func (one *pkg) madeHere() map[*types.Named]bool {
	made := map[*types.Named]bool{}
	for _, object := range one.info.Defs {
		if named := concrete(object); named != nil {
			made[named] = true
		}
	}
	for _, instance := range one.info.Instances {
		if named, ok := instance.Type.(*types.Named); ok && named.Obj().Pkg() == one.types {
			made[named] = true
		}
	}
	return made
}

// interfacesSeenBy are the repository's interfaces as a package sees them: a
// test sees those of the package under test as compiled with its tests.
func (p program) interfacesSeenBy(one *pkg) map[string]*types.Interface {
	interfaces := map[string]*types.Interface{}
	for _, plain := range p.plain {
		view := plain.types
		if seen := one.sees[plain.path]; seen != nil {
			view = seen.types
		}
		for _, name := range view.Scope().Names() {
			if asks := methodsOnly(view.Scope().Lookup(name)); asks != nil {
				interfaces[plain.path+"."+name] = asks
			}
		}
	}
	return interfaces
}

// concrete is the type that an object declares if it can implement something;
// else nil.
func concrete(object types.Object) *types.Named {
	name, ok := object.(*types.TypeName)
	if !ok || name.IsAlias() {
		return nil
	}
	named, ok := name.Type().(*types.Named)
	if !ok || named.TypeParams().Len() > 0 || types.IsInterface(named) {
		return nil
	}
	return named
}
