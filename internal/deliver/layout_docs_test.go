package deliver

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The page on layouts names every word that a layout takes.
func TestLayoutsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/how-to/layouts.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range slices.Concat(Looks(), Facts(), Columns(), Sections(), Annexes(), Hidden(), PayCodes(), PageNumberings(), LogoPlaces(), LabelKeys()) {
		if !strings.Contains(string(page), "`"+word+"`") {
			t.Errorf("docs/how-to/layouts.md does not name %s", word)
		}
	}
}
