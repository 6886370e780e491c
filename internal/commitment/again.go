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

// inputsOf is the hash of all that decides on the output of Apply: the lake's
// files and the configuration. Prices are not in it, but for whether they ask what
// a group pays alone.
func inputsOf(in assign.Month) (string, error) {
	text, err := json.Marshal(struct {
		Generation       int
		SQL              []string
		Month            assign.Inputs
		Commitments      []billing.Commitment
		SavingsPlanRates []billing.SavingsPlanRate
		Alone            map[string]bool
		Customers        map[string]string
		Files            []string
	}{generation, stageSQL, in.Inputs(), in.Config.Commitments, in.Config.SavingsPlanRates, splits(in), customersOf(in.Config), filesOf(in)})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// filesOf names the files of the lake as they lie: their sizes and times change
// when somebody changes them, which nobody should, and a close must notice.
func filesOf(in assign.Month) []string {
	var all []string
	for _, l := range in.Loads {
		for _, f := range append([]string{l.Keys}, l.Files...) {
			size, changed := int64(-1), int64(0)
			if info, err := os.Stat(f); err == nil {
				size, changed = info.Size(), info.ModTime().UnixNano()
			}
			all = append(all, fmt.Sprintf("%s %s %d %d", l.ID, filepath.Base(f), size, changed))
		}
	}
	return all
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
	if linkAll(in.Last, in.Dir) != nil || !whole(ctx, s, in.Dir, last.Result) {
		return result, false, os.RemoveAll(in.Dir) // a disk without links, or files lost: the work is done again
	}
	return last.Result, true, nil
}

// whole opens an output and tells whether its usage still has all lines that
// went in, and their cost.
func whole(ctx context.Context, s engine.Session, dir string, result Result) bool {
	if Open(ctx, s, dir) != nil {
		return false
	}
	used, err := Used(ctx, s)
	return err == nil && assign.ReportOf(result.Lake).Kept("", used) == nil
}

// Used is what the view daily_usage comes to: lines, and their billed cost.
func Used(ctx context.Context, s engine.Session) (billing.Report, error) {
	return engine.Sum(ctx, s, `
		SELECT k.billing_currency, SUM(u.lines), SUM(u.unblended)
		FROM daily_usage u JOIN pricing_keys k ON k.load = u.load AND k.x_pricing_key = u.x_pricing_key
		GROUP BY k.billing_currency`)
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
