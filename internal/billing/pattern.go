package billing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Pattern matches one attribute of a line. It is written as a text (equal), a
// list of texts (any of them), or as {prefix|suffix|contains|like|regex|not: …};
// several of these together must all hold. Matching is exact in case. The
// zero Pattern matches everything.
type Pattern struct {
	Equal    []string `json:"equal,omitempty"`
	Prefix   string   `json:"prefix,omitempty"`
	Suffix   string   `json:"suffix,omitempty"`
	Contains string   `json:"contains,omitempty"`
	Like     string   `json:"like,omitempty"`  // the whole text, where * stands for any letters and ? for one
	Regex    string   `json:"regex,omitempty"` // RE2, anywhere in the text
	Not      *Pattern `json:"not,omitempty"`

	re, like *regexp.Regexp
}

// IsZero tells whether the pattern was not given.
func (p Pattern) IsZero() bool {
	return p.Equal == nil && p.plain()
}

// plain tells whether the pattern asks for nothing but Equal.
func (p Pattern) plain() bool {
	return p.Prefix == "" && p.Suffix == "" && p.Contains == "" && p.Like == "" && p.Regex == "" && p.Not == nil
}

// Matches tells whether a thing fits that goes by the given names: one of them
// must fit, and none may be what Not excludes.
func (p Pattern) Matches(names ...string) bool {
	for _, name := range names {
		if p.fits(name) {
			return p.Not == nil || !p.Not.Matches(names...)
		}
	}
	return false
}

// fits tells whether a name has all that is asked for, Not left aside.
func (p Pattern) fits(name string) bool {
	return (p.Equal == nil || slices.Contains(p.Equal, name)) &&
		strings.HasPrefix(name, p.Prefix) &&
		strings.HasSuffix(name, p.Suffix) &&
		strings.Contains(name, p.Contains) &&
		(p.like == nil || p.like.MatchString(name)) &&
		(p.re == nil || p.re.MatchString(name))
}

// UnmarshalJSON reads the three ways a pattern is written. It refuses a bad
// regular expression and fields it does not know.
func (p *Pattern) UnmarshalJSON(data []byte) error {
	*p = Pattern{}
	switch trimmed := bytes.TrimSpace(data); {
	case len(trimmed) == 0 || trimmed[0] == 'n':
		return nil
	case trimmed[0] == '"':
		p.Equal = make([]string, 1)
		return json.Unmarshal(data, &p.Equal[0])
	case trimmed[0] == '[':
		return json.Unmarshal(data, &p.Equal)
	}
	type plain Pattern // without this method
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode((*plain)(p)); err != nil {
		return fmt.Errorf("a pattern is a text, a list of texts, or {prefix, suffix, contains, like, regex, not}: %w", err)
	}
	if p.Like != "" {
		p.like = regexp.MustCompile(`(?s)\A` + wildcards.Replace(regexp.QuoteMeta(p.Like)) + `\z`)
	}
	if len(p.Regex) > MaxRegex {
		return fmt.Errorf("regex has %d characters; at most %d are allowed", len(p.Regex), MaxRegex)
	}
	if p.Regex != "" {
		re, err := regexp.Compile(p.Regex)
		if err != nil {
			return fmt.Errorf("regex %q: %w", p.Regex, err)
		}
		p.re = re
	}
	return nil
}

// MaxRegex is how many characters a regular expression may have. RE2 takes time
// in proportion to it for every text it looks at.
const MaxRegex = 1000

// wildcards turns a quoted Like into a regular expression.
var wildcards = strings.NewReplacer(`\*`, `.*`, `\?`, `.`)

// MarshalJSON writes the shortest of the three ways.
func (p Pattern) MarshalJSON() ([]byte, error) {
	if p.Equal != nil && p.plain() {
		if len(p.Equal) == 1 {
			return json.Marshal(p.Equal[0])
		}
		return json.Marshal(p.Equal)
	}
	type plain Pattern
	return json.Marshal(plain(p))
}
