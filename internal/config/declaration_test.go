package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Problems get their lines also where they are wrapped; what is no Problems
// stays as it is, and what no file declares has no line.
func TestLocate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte("customers:\n  - id: c\n    name: C\n    price_book: none\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	declared, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	problems := Check(declared.Config)
	var located Errors
	if !errors.As(declared.Locate(fmt.Errorf("applying: %w", problems)), &located) || len(located) != 2 {
		t.Fatalf("located as %v, want two errors", located)
	}
	if got, want := located[0].Error(), "reseller: is missing; declare name and currency of the reseller"; got != want {
		t.Errorf("without a line: %s, want %s", got, want)
	}
	if one := located[1]; one.File != file || one.Line != 4 || one.Column != 17 || one.Field != "customers[c].price_book" {
		t.Errorf("with a line: %+v", one)
	}
	if got := (Declaration{}).Locate(problems).Error(); got != problems.Error() {
		t.Errorf("without files: %s, want %s", got, problems)
	}
	other := errors.New("the store is away")
	if got := declared.Locate(other); got != other {
		t.Errorf("another error became %v", got)
	}
	if got := declared.Locate(Check(billing.Config{Reseller: &billing.Reseller{Name: "A", Currency: "USD"}})); got != nil {
		t.Errorf("no problems became %v", got)
	}
}
