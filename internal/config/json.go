package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Decode reads a configuration as JSON has it, with the names of the file, and
// refuses a field that there is not. Defaults are filled in as Load does. What Check
// would refuse is left to it.
func Decode(data []byte) (billing.Config, error) {
	var c billing.Config
	if err := decodeStrictly(data, &c); err != nil {
		return billing.Config{}, fmt.Errorf("the configuration cannot be read: %s", plain(err))
	}
	return withDefaults(c), nil
}

// DecodeResource reads one resource of a kind as JSON has it: a configuration that
// holds nothing else, and the resource's id.
func DecodeResource(kind string, data []byte) (c billing.Config, id string, err error) {
	k, ok := kindNamed(kind)
	if !ok {
		return c, "", UnknownKind(kind)
	}
	r, err := k.decode(data)
	if err != nil {
		return c, "", fmt.Errorf("the resource cannot be read: %s", plain(err))
	}
	if r.id == "" {
		return c, "", fmt.Errorf("the resource does not say all that tells it from others of %s", kind)
	}
	k.set(&c, []resource{r})
	return withDefaults(c), r.id, nil
}

// Only keeps some sections of a configuration and empties all others. It is an error
// where a kind is not one of Kinds.
func Only(c billing.Config, names ...string) (only billing.Config, err error) {
	for _, name := range names {
		k, ok := kindNamed(name)
		if !ok {
			return only, UnknownKind(name)
		}
		k.set(&only, k.list(c))
	}
	return only, nil
}

// Without is a configuration less one resource; false where it has none of this id.
func Without(c billing.Config, kind, id string) (without billing.Config, there bool) {
	k, ok := kindNamed(kind)
	if !ok {
		return c, false
	}
	all := k.list(c)
	kept := slices.DeleteFunc(slices.Clone(all), func(r resource) bool { return r.id == id })
	k.set(&c, kept)
	return c, len(kept) < len(all)
}

// Kinds are the sections of a configuration, in the order of the file.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// UnknownKind is the error of a name that is no section's.
func UnknownKind(name string) error {
	message := fmt.Sprintf("%q is not a kind of resource", name)
	if near := billing.Nearest(name, Kinds()); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	}
	return errors.New(message)
}

// plain is an error of the JSON package without its prefix.
func plain(err error) string { return strings.TrimPrefix(err.Error(), "json: ") }
