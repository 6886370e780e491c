package billing

import (
	"encoding/json"
	"testing"
)

// Whatever JSON is given for a pattern is refused, or is a pattern that can be
// stored: written and read again it matches the same texts, and is written the
// same way.
func FuzzPattern(f *testing.F) {
	for _, seed := range []string{
		`null`, `{}`, `""`, `"a"`, `["a","b"]`, `[]`, `{"equal":["a"],"not":"b"}`, `{"prefix":"a","suffix":"b","contains":"c"}`,
		`{"like":"*-Box?sage:m?.*"}`, `{"like":"a\\*[x]"}`, `{"regex":"^R[0-9]+$"}`, `{"regex":"("}`, `{"not":{"not":{"regex":"a|b"}}}`,
		`{"not":{}}`, `{"not":null}`, `{"Prefix":"a"}`, `{"re":1}`, `{"equal":null}`, `nonsense`, `[null]`, `{"prefix":"a"}x`,
	} {
		f.Add([]byte(seed), "APN1-BoxUsage:m5.large", "Amazon Elastic Compute Cloud")
		f.Add([]byte(seed), "a", "")
	}
	f.Fuzz(func(t *testing.T, written []byte, code, name string) {
		var p Pattern
		if json.Unmarshal(written, &p) != nil {
			return
		}
		stored, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("%q was read and cannot be written: %v", written, err)
		}
		var again Pattern
		if err := json.Unmarshal(stored, &again); err != nil {
			t.Fatalf("%q was stored as %s, which is refused: %v", written, stored, err)
		}
		if twice, err := json.Marshal(again); err != nil || string(twice) != string(stored) {
			t.Fatalf("%q was stored as %s, and then as %s, %v", written, stored, twice, err)
		}
		if p.IsZero() != again.IsZero() {
			t.Fatalf("%q asks for nothing: %v; stored as %s: %v", written, p.IsZero(), stored, again.IsZero())
		}
		if p.Matches(code, name) != again.Matches(code, name) || p.Matches(name, code) != p.Matches(code, name) {
			t.Fatalf("%q and %s do not match %q and %q alike", written, stored, code, name)
		}
		if p.Not == nil && p.Matches(code, name) != (p.Matches(code) || p.Matches(name)) {
			t.Fatalf("%q does not fit a thing by one of its names, %q and %q", written, code, name)
		}
	})
}
