package api

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

type inner struct {
	Names []string          `json:"names"`
	Maybe []string          `json:"maybe,omitempty"`
	Of    map[string][]int  `json:"of"`
	Raw   json.RawMessage   `json:"raw"`
	Deep  *inner            `json:"deep,omitempty"`
	More  []inner           `json:"more,omitempty"`
	By    map[string]*inner `json:"by,omitempty"`
}

// Lists are never null, what was given stays as it was, and all else is the same.
func TestWhole(t *testing.T) {
	var drawn func(*rapid.T, int) inner
	drawn = func(t *rapid.T, depth int) inner {
		var in inner
		if rapid.Bool().Draw(t, "names") {
			in.Names = rapid.SliceOfN(rapid.StringMatching("[a-z]*"), 0, 3).Draw(t, "list")
		}
		if rapid.Bool().Draw(t, "of") {
			in.Of = map[string][]int{"a": nil, "b": {1}}
		}
		in.Raw = json.RawMessage(`1`)
		if depth > 0 && rapid.Bool().Draw(t, "deeper") {
			deep := drawn(t, depth-1)
			in.Deep, in.More, in.By = &deep, []inner{drawn(t, depth-1), deep}, map[string]*inner{"x": &deep, "nil": nil}
		}
		return in
	}
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t, 3)
		before := text(t, in)
		out := whole(in)
		if text(t, in) != before {
			t.Fatalf("what was given has changed to %s", text(t, in))
		}
		var walk func(name string, v any)
		walk = func(name string, v any) {
			switch v := v.(type) {
			case nil:
				if name != "nil" { // a pointer
					t.Fatalf("%s is null in %s", name, text(t, out))
				}
			case map[string]any:
				for name, one := range v {
					walk(name, one)
				}
			case []any:
				for _, one := range v {
					walk(name, one)
				}
			}
		}
		var v any
		if err := json.Unmarshal([]byte(text(t, out)), &v); err != nil {
			t.Fatal(err)
		}
		walk("", v)
		if again := text(t, whole(out)); again != text(t, out) {
			t.Fatalf("%s, then %s", text(t, out), again)
		}
	})
}

func text(t *rapid.T, v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
