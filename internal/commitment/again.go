package commitment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
)

// generation is raised when the stage decides or writes something else for the
// same inputs without a change of its SQL: what an older program wrote is then
// not taken over.
const generation = 1

// applied is what Apply keeps beside its output, once all of it is written.
type applied struct {
	Inputs string `json:"inputs"`
	Result Result `json:"result"`
}

const appliedFile = "applied.json"

// inputsOf is the hash of all that decides on the output of Apply. Prices are
// not in it, but for whether they ask what a group pays alone.
func inputsOf(in assign.Month) (string, error) {
	customers := map[string]string{} // by billing group: help inside one is no crossing
	for _, g := range in.Config.BillingGroups {
		customers[g.ID] = g.Customer
	}
	text, err := json.Marshal(struct {
		Generation       int
		SQL              []string
		Month            assign.Inputs
		Commitments      []billing.Commitment
		SavingsPlanRates []billing.SavingsPlanRate
		Alone            map[string]bool
		Customers        map[string]string
	}{generation, stageSQL, in.Inputs(), in.Config.Commitments, in.Config.SavingsPlanRates, splits(in), customers})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// takeOver makes the output of an earlier Apply this one's, where it had the
// same inputs: its files get a second name. Where it had not, or cannot be
// taken over, ok is false and nothing is left behind.
func takeOver(ctx context.Context, s engine.Session, in Input, inputs string) (result Result, ok bool, err error) {
	text, err := os.ReadFile(filepath.Join(in.Last, appliedFile))
	if err != nil {
		return result, false, nil // there is none, or one of an older program
	}
	var last applied
	if json.Unmarshal(text, &last) != nil || last.Inputs != inputs {
		return result, false, nil
	}
	if linkAll(in.Last, in.Dir) != nil {
		return result, false, os.RemoveAll(in.Dir) // a disk without links: the work is done again
	}
	return last.Result, true, Open(ctx, s, in.Dir)
}

func linkAll(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		return os.Link(path, target)
	})
}

// keep writes what the stage decided beside its output, last of all.
func keep(dir, inputs string, result Result) error {
	text, err := json.Marshal(applied{inputs, result})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, appliedFile), text, 0o644); err != nil {
		return fmt.Errorf("keeping what was decided on commitments: %w", err)
	}
	return nil
}
