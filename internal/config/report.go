package config

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// WriteDiff writes the changes for people: one line a resource with + ~ or -,
// below a changed one its fields as "field: old → new". Without changes it
// writes "no changes". The error is the writer's.
func WriteDiff(w io.Writer, changes []Change) error {
	var text strings.Builder
	if len(changes) == 0 {
		text.WriteString("no changes\n")
	}
	signs := map[string]string{Add: "+", Modify: "~", Remove: "-"}
	for _, change := range changes {
		fmt.Fprintf(&text, "%s %s\n", signs[change.Action], pathOf(change.Kind, change.ID))
		if change.Action != Modify {
			continue
		}
		var found fieldDiff
		found.compare("", tree(change.Before), tree(change.After))
		for _, line := range found {
			fmt.Fprintf(&text, "    %s\n", line)
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// fieldDiff collects the lines of one changed resource.
type fieldDiff []string

// compare goes down as far as both sides have the same shape.
func (d *fieldDiff) compare(path string, before, after any) {
	if b, ok := before.(map[string]any); ok {
		if a, ok := after.(map[string]any); ok {
			d.compareFields(path, b, a)
			return
		}
	}
	if b, ok := before.([]any); ok {
		if a, ok := after.([]any); ok {
			d.compareLists(path, b, a)
			return
		}
	}
	if old, new := shown(before), shown(after); old != new {
		*d = append(*d, fmt.Sprintf("%s: %s → %s", path, old, new))
	}
}

func (d *fieldDiff) compareFields(path string, before, after map[string]any) {
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		d.compare(join(path, name), before[name], after[name])
	}
}

// compareLists pairs the elements by name where all have one, so that a rule
// put in between does not show as a change of all rules below it; else by
// position. A changed order is said, because the first rule that matches wins.
func (d *fieldDiff) compareLists(path string, before, after []any) {
	oldNames, oldAt := elementNames(before)
	newNames, newAt := elementNames(after)
	switch {
	case oldAt != nil && newAt != nil:
		d.compareNamed(path, before, after, oldNames, newNames, oldAt, newAt)
	case isPlain(before) && isPlain(after):
		if old, new := shown(before), shown(after); old != new {
			*d = append(*d, fmt.Sprintf("%s: %s → %s", path, old, new))
		}
	default:
		for i := range max(len(before), len(after)) {
			d.compare(fmt.Sprintf("%s[%d]", path, i), element(before, i), element(after, i))
		}
	}
}

func (d *fieldDiff) compareNamed(path string, before, after []any, oldNames, newNames []string, oldAt, newAt map[string]int) {
	var stayedBefore, stayedAfter []string
	for i, name := range oldNames {
		j, stayed := newAt[name]
		if !stayed {
			d.compare(path+"["+name+"]", before[i], nil)
			continue
		}
		d.compare(path+"["+name+"]", before[i], after[j])
		stayedBefore = append(stayedBefore, name)
	}
	for i, name := range newNames {
		if _, stayed := oldAt[name]; stayed {
			stayedAfter = append(stayedAfter, name)
			continue
		}
		d.compare(path+"["+name+"]", nil, after[i])
	}
	if !slices.Equal(stayedBefore, stayedAfter) {
		*d = append(*d, fmt.Sprintf("%s, order: %s → %s", path, strings.Join(stayedBefore, ", "), strings.Join(stayedAfter, ", ")))
	}
}

// elementNames returns the id, name or label of every element and where each
// is; at is nil unless each has one of its own.
func elementNames(list []any) (names []string, at map[string]int) {
	at = map[string]int{}
	for i, item := range list {
		fields, _ := item.(map[string]any)
		name := ""
		for _, key := range []string{"id", "name", "label"} {
			if text, is := fields[key].(string); is && name == "" {
				name = text
			}
		}
		if _, twice := at[name]; twice || name == "" {
			return nil, nil
		}
		names = append(names, name)
		at[name] = i
	}
	return names, at
}

// isPlain tells whether no element has fields of its own.
func isPlain(list []any) bool {
	return !slices.ContainsFunc(list, func(item any) bool {
		_, fields := item.(map[string]any)
		return fields
	})
}

func element(list []any, i int) any {
	if i < 0 || i >= len(list) {
		return nil
	}
	return list[i]
}

// shown writes a value on one line: a text bare where it can be, anything
// larger as JSON.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return "(none)"
	case string:
		if v == "" || strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return strconv.Quote(v)
		}
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return string(canonical(v))
}
