package billing

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

// R12: the three ways a pattern is written, what they match, and that writing
// one again gives the shortest of them.
func TestPattern(t *testing.T) {
	tests := []struct {
		written, again string
		yes, no        []string
	}{
		{`null`, `{}`, []string{"", "x"}, nil},
		{`{}`, `{}`, []string{"", "x"}, nil},
		{`"a"`, `"a"`, []string{"a"}, []string{"", "A", "aa"}},
		{`""`, `""`, []string{""}, []string{"a"}},
		{`["a", "b"]`, `["a","b"]`, []string{"a", "b"}, []string{"", "ab"}},
		{`["a"]`, `"a"`, []string{"a"}, []string{"b"}},
		{`{"equal": ["a"]}`, `"a"`, []string{"a"}, []string{"b"}},
		{`[]`, `[]`, nil, []string{"", "a"}},
		{`{"prefix": "a", "suffix": "z"}`, `{"prefix":"a","suffix":"z"}`, []string{"az", "a…z"}, []string{"a", "za"}},
		{`{"regex": "^[0-9]+$"}`, `{"regex":"^[0-9]+$"}`, []string{"7"}, []string{"", "7a"}},
		{`{"not": "a"}`, `{"not":"a"}`, []string{"", "b"}, []string{"a"}},
		{`{"contains": "a", "not": {"regex": "b"}}`, `{"contains":"a","not":{"regex":"b"}}`, []string{"a"}, []string{"ab", "c"}},
		{`{"not": {"not": {"prefix": "a"}}}`, `{"not":{"not":{"prefix":"a"}}}`, []string{"ab"}, []string{"b"}},
	}
	for _, test := range tests {
		var p Pattern
		if err := json.Unmarshal([]byte(test.written), &p); err != nil {
			t.Errorf("%s: %v", test.written, err)
			continue
		}
		for text, want := range outcomes(test.yes, test.no) {
			if p.Matches(text) != want {
				t.Errorf("%s matches %q: %v", test.written, text, !want)
			}
		}
		again, err := json.Marshal(p)
		if err != nil || string(again) != test.again {
			t.Errorf("%s is written again as %s, %v; want %s", test.written, again, err, test.again)
		}
		if p.IsZero() != (test.again == `{}`) {
			t.Errorf("%s: IsZero is %v", test.written, p.IsZero())
		}
	}
}

func outcomes(yes, no []string) map[string]bool {
	m := map[string]bool{}
	for _, text := range yes {
		m[text] = true
	}
	for _, text := range no {
		m[text] = false
	}
	return m
}

// A thing of two names fits by either, and is excluded by either.
func TestPatternOfNames(t *testing.T) {
	for written, want := range map[string]bool{
		`"EC2"`: true, `{"prefix": "Elastic"}`: true, `"S3"`: false,
		`{"not": "EC2"}`: false, `{"not": {"prefix": "Elastic"}}`: false, `{"not": "S3"}`: true,
		`{"prefix": "E", "not": {"contains": "Compute"}}`: false, `{"prefix": "EC", "suffix": "Cloud"}`: false,
		`{"not": {"not": "EC2"}}`: true,
	} {
		var p Pattern
		if err := json.Unmarshal([]byte(written), &p); err != nil {
			t.Fatal(err)
		}
		if got := p.Matches("EC2", "Elastic Compute Cloud"); got != want {
			t.Errorf("%s matches: %v", written, got)
		}
	}
}

func TestPatternRefuses(t *testing.T) {
	for _, bad := range []string{`7`, `{"prefx": "a"}`, `{"regex": "("}`, `{"not": {"regex": "["}}`, `{"equal": "a"}`, `[1]`, `true`} {
		var p Pattern
		if err := json.Unmarshal([]byte(bad), &p); err == nil {
			t.Errorf("%s is taken as %+v", bad, p)
		}
	}
}

// A pattern that was stored and read again matches what it matched before.
func TestPatternStored(t *testing.T) {
	text := rapid.StringMatching(`[ab]{0,3}`)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Pattern {
			p := Pattern{Prefix: text.Draw(t, name+" prefix"), Suffix: text.Draw(t, name+" suffix"), Contains: text.Draw(t, name+" contains"), Regex: text.Draw(t, name+" regex")}
			p.Equal = rapid.OneOf(rapid.Just([]string(nil)), rapid.SliceOfN(text, 1, 3)).Draw(t, name+" equal")
			return p
		}
		p := draw("p")
		if rapid.Bool().Draw(t, "excludes") {
			not := draw("not")
			p.Not = &not
		}
		read := func(p Pattern) (again Pattern) {
			stored, err := json.Marshal(p)
			if err == nil {
				err = json.Unmarshal(stored, &again)
			}
			if err != nil {
				t.Fatal(err)
			}
			return again
		}
		one := read(p) // has its regular expressions ready
		two := read(one)
		name := text.Draw(t, "name")
		if one.Matches(name) != two.Matches(name) {
			t.Fatalf("%+v matches %q: %v; stored and read again %v", one, name, one.Matches(name), two.Matches(name))
		}
	})
}
