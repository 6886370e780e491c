package house

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func importOrder(t Tree) (complaints []string) {
	for _, s := range t.Sources {
		for _, spec := range s.Syntax.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // the parser does not let it happen
			}
			if why := Forbidden(s.Folder, imported); why != "" {
				complaints = append(complaints, fmt.Sprintf("%s: %s must not import %s: %s", t.At(spec), s.Folder, imported, why))
			}
		}
	}
	return complaints
}

// vagueNames say nothing of what a package is about.
var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "pkg"}

func packageNames(t Tree) (complaints []string) {
	for _, s := range t.Sources {
		folder, inside := strings.CutPrefix(s.Folder, "internal/")
		if inside && !slices.Contains(order, first(folder)) {
			complaints = append(complaints, fmt.Sprintf("%s: the folder %s has no place in the import order; give it one in internal/house/order.go", s.Path, s.Folder))
		}
		if slices.Contains(vagueNames, s.Syntax.Name.Name) {
			complaints = append(complaints, fmt.Sprintf("%s: a package named %s says nothing of what is in it", s.Path, s.Syntax.Name.Name))
		}
	}
	return complaints
}
