package awsstub

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// shape says what a JSON value must be. Kinds are those of Smithy, with union as
// structure, and "any", which nothing is checked of.
type shape struct {
	name     string // of the model or the SDK, without its namespace
	kind     string
	members  map[string]*member // of a structure
	element  *shape             // of a list; of a map its values
	enum     []string
	pattern  *regexp.Regexp
	min, max *int64 // length of texts, lists and maps; range of numbers, whole part
}

type member struct {
	shape    *shape
	required bool
}

// violation is where and how a value is not of its shape.
type violation struct {
	path    string
	rule    string // required, unknown, type, enum, pattern, short, long, small, large
	message string
}

// check holds a decoded JSON value, with numbers as json.Number, against the shape.
func (s *shape) check(path string, value any) []violation {
	wrong := func(rule, format string, arguments ...any) []violation {
		return []violation{{path: path, rule: rule, message: fmt.Sprintf(format, arguments...)}}
	}
	switch s.kind {
	case "structure":
		object, ok := value.(map[string]any)
		if !ok {
			return wrong("type", "must be an object")
		}
		return s.checkMembers(path, object)
	case "list":
		list, ok := value.([]any)
		if !ok {
			return wrong("type", "must be a list")
		}
		found := s.checkSize(path, int64(len(list)))
		for i, v := range list {
			found = append(found, s.element.check(path+"."+strconv.Itoa(i+1)+".member", v)...)
		}
		return found
	case "map":
		object, ok := value.(map[string]any)
		if !ok {
			return wrong("type", "must be a map")
		}
		found := s.checkSize(path, int64(len(object)))
		for _, name := range sortedNames(object) {
			found = append(found, s.element.check(path+"."+name, object[name])...)
		}
		return found
	case "string", "enum", "blob":
		text, ok := value.(string)
		if !ok {
			return wrong("type", "must be a text")
		}
		return s.checkText(path, text)
	case "boolean":
		if _, ok := value.(bool); !ok {
			return wrong("type", "must be true or false")
		}
	case "integer", "long":
		number, ok := value.(json.Number)
		if !ok {
			return wrong("type", "must be a number")
		}
		whole, err := strconv.ParseInt(number.String(), 10, 64)
		if err != nil {
			return wrong("type", "must be a whole number")
		}
		if s.min != nil && whole < *s.min {
			return wrong("small", "must be greater than or equal to %d", *s.min)
		}
		if s.max != nil && whole > *s.max {
			return wrong("large", "must be less than or equal to %d", *s.max)
		}
	case "date-time": // a time as text, where the model says so
		if text, ok := value.(string); !ok {
			return wrong("type", "must be a text")
		} else if _, err := time.Parse(time.RFC3339, text); err != nil {
			return wrong("type", "must be a time, such as 2026-10-01T00:00:00Z")
		}
	case "timestamp", "double":
		if _, ok := value.(json.Number); !ok {
			return wrong("type", "must be a number")
		}
	}
	return nil
}

func (s *shape) checkMembers(path string, object map[string]any) []violation {
	var found []violation
	below := func(name string) string {
		if path == "" {
			return name
		}
		return path + "." + name
	}
	for _, name := range sortedNames(s.members) {
		if value, there := object[name]; s.members[name].required && (!there || value == nil) {
			found = append(found, violation{below(name), "required", "must not be null"})
		}
	}
	for _, name := range sortedNames(object) {
		m, known := s.members[name]
		switch {
		case !known:
			found = append(found, violation{below(name), "unknown", s.name + " has no such member"})
		case object[name] != nil:
			found = append(found, m.shape.check(below(name), object[name])...)
		}
	}
	return found
}

func (s *shape) checkText(path, text string) []violation {
	if len(s.enum) > 0 && !slices.Contains(s.enum, text) {
		return []violation{{path, "enum", "must be one of " + strings.Join(s.enum, ", ")}}
	}
	found := s.checkSize(path, int64(utf8.RuneCountInString(text)))
	if s.pattern != nil && !s.pattern.MatchString(text) {
		found = append(found, violation{path, "pattern", "must satisfy the pattern " + s.pattern.String()})
	}
	return found
}

func (s *shape) checkSize(path string, size int64) []violation {
	if s.min != nil && size < *s.min {
		return []violation{{path, "short", fmt.Sprintf("must have length greater than or equal to %d", *s.min)}}
	}
	if s.max != nil && size > *s.max {
		return []violation{{path, "long", fmt.Sprintf("must have length less than or equal to %d", *s.max)}}
	}
	return nil
}

// wire makes of a value what AWS would send: times as epoch seconds, but for those that
// the model has as text, and without what is null, an empty enumeration, or what the SDK adds for itself.
func (s *shape) wire(value any) any {
	switch v := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, each := range v {
			of := s.element
			if m, known := s.members[name]; known {
				of = m.shape
			}
			empty := each == "" && of != nil && of.kind == "enum"
			if each == nil || empty || name == "ResultMetadata" && of == nil {
				continue
			}
			if of != nil {
				each = of.wire(each)
			}
			kept[name] = each
		}
		return kept
	case []any:
		for i := range v {
			if s.element != nil {
				v[i] = s.element.wire(v[i])
			}
		}
	case string:
		if s.kind == "timestamp" {
			if at, ok := parseTime(v); ok {
				return epoch(at)
			}
		}
	}
	return value
}

// timeLayouts are those in which published examples write times.
var timeLayouts = []string{time.RFC3339Nano, "20060102T150405Z", "20060102T1504Z"}

func parseTime(text string) (time.Time, bool) {
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// epoch is a time as seconds since 1970 with as many decimals as there are
// milliseconds.
func epoch(at time.Time) json.Number {
	text := fmt.Sprintf("%d.%03d", at.Unix(), at.Nanosecond()/int(time.Millisecond))
	return json.Number(strings.TrimSuffix(strings.TrimRight(text, "0"), "."))
}

// moment is the time that epoch seconds say, to the millisecond.
func moment(value any) (time.Time, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return time.Time{}, false
	}
	plain, err := plainNumber(number.String())
	if err != nil {
		return time.Time{}, false
	}
	whole, part, _ := strings.Cut(plain, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	millis, err := strconv.ParseInt((part + "000")[:3], 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.Unix(seconds, millis*int64(time.Millisecond)).UTC(), true
}

// plainNumber writes a JSON number without an exponent.
func plainNumber(number string) (string, error) {
	digits, exponent, scientific := strings.Cut(strings.ToLower(number), "e")
	if !scientific {
		return number, nil
	}
	by, err := strconv.Atoi(strings.TrimPrefix(exponent, "+"))
	if err != nil || by < 0 || by > 18 {
		return "", fmt.Errorf("cannot read the number %s", number)
	}
	whole, part, _ := strings.Cut(digits, ".")
	part += strings.Repeat("0", max(0, by-len(part)))
	whole, part = whole+part[:by], part[by:]
	if part == "" {
		return whole, nil
	}
	return whole + "." + part, nil
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
