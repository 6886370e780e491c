package config

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Lay returns a configuration with one resource as it shall be, as JSON has it: in
// the place of the one with this id, else after all others of its kind. null, or
// nothing, takes it away. Defaults are filled in as Load does. It is an error where
// the text is not a resource of that kind and id, or where there is none to take away.
// What Check would refuse is left to it.
func Lay(c billing.Config, kind, id string, spec []byte) (billing.Config, error) {
	k, ok := kindNamed(kind)
	if !ok {
		return c, UnknownKind(kind)
	}
	if spec = bytes.TrimSpace(spec); len(spec) == 0 || string(spec) == "null" {
		without, there := Without(c, kind, id)
		if !there {
			return c, fmt.Errorf("%s is not declared, and cannot be taken away", pathOf(kind, id))
		}
		return without, nil
	}
	r, err := k.decode(spec)
	switch {
	case err != nil:
		return c, fmt.Errorf("the resource cannot be read: %s", plain(err))
	case r.id != id:
		return c, fmt.Errorf("the resource is %s, and %s is named", pathOf(kind, r.id), pathOf(kind, id))
	}
	all := k.list(c)
	if i := slices.IndexFunc(all, func(r resource) bool { return r.id == id }); i >= 0 {
		all[i] = r
	} else {
		all = append(all, r)
	}
	k.set(&c, all)
	return withDefaults(c), nil
}
