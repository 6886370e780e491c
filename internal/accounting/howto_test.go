package accounting

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The how-to names every system, kind and field, and its mappings are read.
func TestHowTo(t *testing.T) {
	text, err := os.ReadFile("../../docs/how-to/accounting.md")
	if err != nil {
		t.Fatal(err)
	}
	names := Kinds()
	for _, s := range Systems() {
		names = append(names, s.Name)
	}
	for _, f := range Fields() {
		names = append(names, f.Name)
	}
	for _, name := range names {
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("%s is not in it", name)
		}
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) == 0 {
		t.Error("there is no mapping in it")
	}
	for _, block := range blocks {
		if _, err := ParseMapping([]byte(block[1])); err != nil {
			t.Errorf("%v in\n%s", err, block[1])
		}
	}
}
