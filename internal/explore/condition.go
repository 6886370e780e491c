package explore

import "strings"

// Condition keeps the charges that have one of some values of a dimension, or with
// Not those that have none of them. The empty value stands for having none.
type Condition struct {
	Dimension Dimension
	Not       bool
	Values    []string
}

// mostValues bounds a condition.
const mostValues = 200

// ParseCondition reads what String writes: DIMENSION:in:VALUE|VALUE or
// DIMENSION:not:VALUE|VALUE. A backslash before | or another backslash takes it as it
// is. Where :in: or :not: is in the text more than once, the first one counts.
func ParseCondition(text string) (Condition, error) {
	in, not := strings.Index(text, ":in:"), strings.Index(text, ":not:")
	c := Condition{Not: not >= 0 && (in < 0 || not < in)}
	at, sign := in, ":in:"
	if c.Not {
		at, sign = not, ":not:"
	}
	if at < 1 {
		return c, wrong("%q is no condition; write DIMENSION:in:VALUE|VALUE or DIMENSION:not:VALUE|VALUE", text)
	}
	c.Dimension = Dimension(text[:at])
	value, escaped := strings.Builder{}, false
	for _, r := range text[at+len(sign):] {
		switch {
		case !escaped && r == '\\':
			escaped = true
			continue
		case !escaped && r == '|':
			c.Values = append(c.Values, value.String())
			value.Reset()
		default:
			value.WriteRune(r)
		}
		escaped = false
	}
	if escaped {
		return c, wrong("%q ends with a backslash; write two for one that is meant", text)
	}
	if c.Values = append(c.Values, value.String()); len(c.Values) > mostValues {
		return c, wrong("a condition has %d values; more than %d are too many", len(c.Values), mostValues)
	}
	return c, nil
}

var escaper = strings.NewReplacer(`\`, `\\`, `|`, `\|`)

// String writes the condition as ParseCondition reads it.
func (c Condition) String() string {
	sign := ":in:"
	if c.Not {
		sign = ":not:"
	}
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = escaper.Replace(v)
	}
	return string(c.Dimension) + sign + strings.Join(values, "|")
}
