package main

import "go/types"

// uses collects the keys of what packages use of each other outside of tests.
func (p program) uses() map[string]bool {
	used := map[string]bool{}
	for _, one := range p.plain {
		w := user{p, one.path, used, map[types.Type]bool{}}
		for _, object := range one.info.Uses {
			w.object(object)
		}
		for _, value := range one.info.Types {
			w.value(value.Type)
		}
	}
	return used
}

// user is one package that uses others.
type user struct {
	program
	path string
	used map[string]bool // shared by all users
	seen map[types.Type]bool
}

func (u user) object(object types.Object) {
	if object.Pkg() == nil || !u.owns(object.Pkg().Path()) || object.Pkg().Path() == u.path {
		return
	}
	method, _ := object.(*types.Func)
	if object.Parent() == object.Pkg().Scope() || method != nil && receiverType(method) != nil {
		u.used[key(object)] = true
	}
}

// value marks the types of the repository that a value is made of.
func (u user) value(t types.Type) {
	if t == nil || u.seen[t] {
		return
	}
	u.seen[t] = true
	switch t := t.(type) {
	case *types.Alias:
		u.object(t.Obj())
		u.value(t.Rhs())
	case *types.Named:
		u.object(t.Obj())
		for argument := range t.TypeArgs().Types() {
			u.value(argument)
		}
		if t.Obj().Pkg() != nil && u.owns(t.Obj().Pkg().Path()) {
			u.value(t.Underlying())
		}
	case *types.Pointer:
		u.value(t.Elem())
	case *types.Slice:
		u.value(t.Elem())
	case *types.Array:
		u.value(t.Elem())
	case *types.Chan:
		u.value(t.Elem())
	case *types.Map:
		u.value(t.Key())
		u.value(t.Elem())
	case *types.Signature:
		u.value(t.Params())
		u.value(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			u.value(v.Type())
		}
	case *types.Struct:
		for field := range t.Fields() {
			if field.Exported() {
				u.value(field.Type())
			}
		}
	}
}
