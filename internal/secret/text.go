package secret

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log/slog"
)

// shown is what is seen of every secret.
const shown = "•••"

// Text is a secret on its way through the program: whatever prints, logs or
// marshals it, or something that holds it, shows "•••". The zero Text is the
// absence of a secret.
//
// It holds a pointer, since fmt prints unexported fields without asking for their
// String: of a pointer it prints the address.
type Text struct{ plain *string }

// TextOf makes a secret of its plain text; none of an empty one.
func TextOf(plain string) Text {
	if plain == "" {
		return Text{}
	}
	return Text{&plain}
}

// Reveal returns the plain text. It is the one way to it.
func (t Text) Reveal() string {
	if t.plain == nil {
		return ""
	}
	return *t.plain
}

// IsZero tells whether there is no secret.
func (t Text) IsZero() bool { return t.plain == nil }

// Equal compares two secrets in a time that does not depend on where they differ.
func (t Text) Equal(other Text) bool {
	return subtle.ConstantTimeCompare([]byte(t.Reveal()), []byte(other.Reveal())) == 1
}

// String shows that there is a secret; it is empty where there is none.
func (t Text) String() string {
	if t.IsZero() {
		return ""
	}
	return shown
}

// GoString is String.
func (t Text) GoString() string { return t.String() }

// Format writes String for every verb.
func (t Text) Format(f fmt.State, _ rune) { fmt.Fprint(f, t.String()) }

// LogValue is String.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText is String, for JSON, YAML and the like.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// MarshalJSON is String.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// UnmarshalText takes the plain text.
func (t *Text) UnmarshalText(plain []byte) error {
	*t = TextOf(string(plain))
	return nil
}
