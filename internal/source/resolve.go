package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"gocloud.dev/gcerrors"
)

// resolveAll finds the manifest's files, in its order.
func (p *Place) resolveAll(ctx context.Context, m *manifest) ([]File, error) {
	names := m.names
	if len(names) == 0 {
		return nil, fmt.Errorf("manifest %s names no files; wait for the provider's next delivery", m.key)
	}
	files, err := statAll(ctx, names, func(ctx context.Context, name string) (File, error) {
		return p.resolve(ctx, m, name)
	})
	if err != nil {
		return nil, err
	}
	seen := map[string]string{}
	for i, f := range files {
		if other, twice := seen[f.Key]; twice {
			return nil, fmt.Errorf("manifest %s names %s and %s, which are one file %s; its lines would count twice", m.key, other, names[i], f.Key)
		}
		seen[f.Key] = names[i]
	}
	return files, nil
}

// resolve finds the file that a manifest names.
func (p *Place) resolve(ctx context.Context, m *manifest, name string) (File, error) {
	key, err := keyOf(name)
	if err != nil {
		return File{}, fmt.Errorf("manifest %s: %w", m.key, err)
	}
	var denied error
	for _, candidate := range p.candidates(m, key) {
		f, err := p.stat(ctx, candidate)
		switch gcerrors.Code(err) {
		case gcerrors.OK:
			return f, nil
		case gcerrors.NotFound:
		case gcerrors.PermissionDenied: // a store may answer so for a key that does not exist
			denied = err
		default:
			return File{}, fmt.Errorf("file %s of manifest %s cannot be looked up: %w", name, m.key, err)
		}
	}
	missing := fmt.Errorf("manifest %s names file %s, which is not in %s; copy the month again, or wait until its delivery is complete", m.key, name, p.name)
	return File{}, errors.Join(missing, denied)
}

// keyOf takes the key out of an s3:// address and refuses keys that lead out
// of the place.
func keyOf(name string) (string, error) {
	key := name
	if rest, ok := strings.CutPrefix(name, "s3://"); ok {
		_, key, _ = strings.Cut(rest, "/")
	}
	parts := strings.FieldsFunc(key, func(r rune) bool { return r == '/' || r == '\\' })
	switch {
	case len(parts) == 0:
		return "", fmt.Errorf("%q names no file", name)
	case slices.Contains(parts, ".."):
		return "", fmt.Errorf("file %q leads out of the source and is refused", name)
	case strings.ContainsFunc(key, unicode.IsControl):
		return "", fmt.Errorf("file %q has control characters in its name and is refused", name)
	}
	return key, nil
}

// candidates are the keys under which a manifest's file may lie, best first: as
// named, and then, for a bucket that was copied without its upper folders, ever
// shorter endings of the key below the manifest's folder and the folders above
// it, up to the place's root.
func (p *Place) candidates(m *manifest, key string) []string {
	parts := segments(key)
	if !p.slashes {
		key = strings.Join(parts, "/")
	}
	keys := []string{key}
	for dropped := range parts {
		ending := strings.Join(parts[dropped:], "/")
		for base := folderOf(m.key); ; base = folderOf(strings.TrimSuffix(base, "/")) {
			if keepsVersion(m, parts, dropped, base) {
				keys = append(keys, base+ending)
			}
			if base == "" || base == p.root {
				break
			}
		}
	}
	return keys
}

// keepsVersion tells whether a key whose first parts are dropped and that is
// looked for below base still is of the same month and version. What the key
// says from the month's folder on must stand in base, or a file of another
// version could pass for a missing one. A manifest that lies outside of any
// month's folder was copied flat, together with its files.
func keepsVersion(m *manifest, parts []string, dropped int, base string) bool {
	month := slices.IndexFunc(parts, namesMonth)
	if month < 0 || dropped <= month {
		return true
	}
	said := parts[month:dropped]
	above := segments(base)
	if len(above) >= len(said) && slices.Equal(above[len(above)-len(said):], said) {
		return true
	}
	return base == folderOf(m.key) && !slices.ContainsFunc(above, namesMonth)
}
