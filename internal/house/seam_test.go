package house

import (
	"go/ast"
	"os"
	"testing"
)

// The seams with a reason are interfaces of the repository.
func TestSeamReasons(t *testing.T) {
	declared := map[string]bool{}
	for _, s := range readTree(t, os.DirFS("../..")).Sources {
		ast.Inspect(s.Syntax, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				_, isInterface := spec.Type.(*ast.InterfaceType)
				declared[s.Folder+"."+spec.Name.Name] = isInterface
			}
			return true
		})
	}
	for seam := range seamReasons {
		if !declared[seam] {
			t.Errorf("%s is no interface of the repository; remove its reason from internal/house/seam.go", seam)
		}
	}
	if SeamReason("internal/engine", "Engine") == "" || SeamReason("internal/engine", "Motor") != "" {
		t.Error("only the interfaces of the list have a reason")
	}
}
