package config

import (
	"path/filepath"
	"testing"
)

// Each file in examples/ can be applied to an installation that holds nothing;
// one that declares no reseller, to one that holds examples/reseller.yaml.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			c, err := Load(file)
			if err != nil {
				t.Fatal(err)
			}
			if c.Reseller == nil {
				c, err = Load(filepath.Join("..", "..", "examples", "reseller.yaml"), file)
				if err != nil {
					t.Fatal(err)
				}
			}
			for _, problem := range Check(c) {
				t.Error(problem)
			}
		})
	}
}
