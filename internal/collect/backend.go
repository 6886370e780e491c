package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/plugin"
	"github.com/sluice-billing/sluice/internal/secret"
)

// SchemaPrefix stands in the schema of a credential before the name of the backend
// whose it is.
const SchemaPrefix = "backend/"

// BackendOf finds a declared backend by its name.
func BackendOf(c billing.Config, name string) (billing.Backend, error) {
	i := slices.IndexFunc(c.Backends, func(b billing.Backend) bool { return b.Name == name })
	if i < 0 {
		return billing.Backend{}, fmt.Errorf("backend %q is not declared; add it to backends in the configuration and apply it", name)
	}
	return c.Backends[i], nil
}

// SchemaOf takes the schema of a backend's credential apart: backend/<name>, or
// backend/<name>/<schema> where the backend has several.
func SchemaOf(text string) (backend, schema string, ok bool) {
	rest, ok := strings.CutPrefix(text, SchemaPrefix)
	backend, schema, _ = strings.Cut(rest, "/")
	return backend, schema, ok
}

// Describe asks a backend what it is.
func (c *Collector) Describe(ctx context.Context, b billing.Backend) (plugin.Described, error) {
	reached, err := c.dial(ctx, b)
	if err != nil {
		return plugin.Described{}, err
	}
	defer reached.Close()
	return reached.Describe(ctx)
}

// Verify lets a backend try a credential at its vendor, and returns the accounts that
// it reaches. One that does not work is a *plugin.RefusedError.
func (c *Collector) Verify(ctx context.Context, b billing.Backend, with plugin.Credential) ([]plugin.Account, error) {
	reached, err := c.dial(ctx, b)
	if err != nil {
		return nil, err
	}
	defer reached.Close()
	return reached.Verify(ctx, with)
}

// Credential opens a declared credential for a backend. One that names no schema has
// that of the backend, where it has one only.
func (c *Collector) Credential(ctx context.Context, of billing.Credential, described plugin.Described) (plugin.Credential, error) {
	_, schema, ok := SchemaOf(of.Schema)
	if !ok {
		return plugin.Credential{}, fmt.Errorf("credential %s is of schema %s, which no backend takes; it takes %s<name of the backend>", of.ID, of.Schema, SchemaPrefix)
	}
	keys, err := c.home.Keys(ctx)
	if err != nil {
		return plugin.Credential{}, err
	}
	opened, err := credential.Open(ctx, keys, of)
	if err != nil {
		return plugin.Credential{}, err
	}
	with := plugin.Credential{Schema: schema, Fields: map[string]secret.Text{}}
	for name, text := range opened.Fields {
		with.Fields[name] = secret.TextOf(text)
	}
	maps.Copy(with.Fields, opened.Secrets)
	if with.Schema, err = OneSchema(described, schema); err != nil {
		return plugin.Credential{}, fmt.Errorf("credential %s: %w", of.ID, err)
	}
	return with, nil
}

// OneSchema is the schema of a backend that is meant: the one that is named, or the
// only one there is.
func OneSchema(described plugin.Described, named string) (string, error) {
	names := slices.Sorted(maps.Keys(described.Schemas))
	switch _, there := described.Schemas[named]; {
	case there || len(names) == 0:
		return named, nil
	case named == "" && len(names) == 1:
		return names[0], nil
	case named == "":
		return "", fmt.Errorf("the backend takes credentials of the schemas %s; name one of them", strings.Join(names, ", "))
	}
	return "", fmt.Errorf("the backend takes no credentials of schema %q; it takes %s", named, strings.Join(names, ", "))
}

// fromBackend asks a backend for a month and writes what it tells. It returns what it
// calls itself.
func (c *Collector) fromBackend(ctx context.Context, config billing.Config, s billing.Source, payer billing.Payer, period billing.Period, w *writer) (from string, err error) {
	declared, err := BackendOf(config, s.Backend)
	if err != nil {
		return "", err
	}
	if declared.Provider != payer.Provider {
		return "", fmt.Errorf("backend %s tells of provider %s, and payer %s is of %s; correct one of the two", declared.Name, declared.Provider, payer.ID, payer.Provider)
	}
	b, err := c.dial(ctx, declared)
	if err != nil {
		return "", err
	}
	defer b.Close()
	described, err := b.Describe(ctx)
	if err != nil {
		return "", err
	}
	with := plugin.Credential{}
	if s.Credential != "" {
		of, there := credential.Of(config, s.Credential)
		if !there {
			return "", fmt.Errorf("credential %s of source %s is not declared any more; declare it, or name another one", s.Credential, s.Name)
		}
		if name, _, _ := SchemaOf(of.Schema); name != declared.Name {
			return "", fmt.Errorf("credential %s of source %s is of schema %s, and its backend is %s; name another credential", of.ID, s.Name, of.Schema, declared.Name)
		}
		if with, err = c.Credential(ctx, of, described); err != nil {
			return "", err
		}
	}
	w.from = rulesOf(described.Rules, config, s.Name)
	// The month is always asked for whole: what was changed since cannot be laid over
	// what was told before.
	tasks, err := b.Tasks(ctx, with, period, time.Time{})
	if err != nil {
		return "", err
	}
	seen := map[string]string{}
	for i, t := range tasks {
		billing.Step(ctx, "collect "+s.Name, int64(i), int64(len(tasks)))
		if first, twice := seen[taskKey(t)]; twice {
			return "", fmt.Errorf("backend %s names the parts %q and %q of %s, which are the same; its rows would count twice, so nothing is taken: ask who makes the backend", declared.Name, first, t.Name, period)
		}
		seen[taskKey(t)] = t.Name
		if err := readTask(ctx, b, with, period, t, w); err != nil {
			return "", fmt.Errorf("%s of %s: %w", partName(t, i), period, err)
		}
	}
	billing.Step(ctx, "collect "+s.Name, int64(len(tasks)), int64(len(tasks)))
	return strings.Join(slices.DeleteFunc([]string{declared.Name, described.Name, described.Version, described.Protocol}, func(s string) bool { return s == "" }), " "), nil
}

// taskKey tells tasks apart, however their text is written.
func taskKey(t plugin.Task) string {
	var value any
	if json.Unmarshal(t.Text, &value) == nil {
		if text, err := json.Marshal(value); err == nil {
			return string(text)
		}
	}
	return string(t.Text)
}

func partName(t plugin.Task, i int) string {
	if t.Name != "" {
		return "part " + t.Name
	}
	return fmt.Sprintf("part %d", i+1)
}

// readTask writes the rows of a task, and holds their sums against what the backend
// says that it told.
func readTask(ctx context.Context, b plugin.Backend, with plugin.Credential, period billing.Period, t plugin.Task, w *writer) error {
	var total plugin.Total
	rows, cost := int64(0), billing.Money{}
	for row, err := range b.Rows(ctx, with, period, t, &total) {
		if err != nil {
			return err
		}
		if err := w.add(row); err != nil {
			return err
		}
		rows++
		cost.Add(money.Currency(row.Currency), row.Cost)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if total.Rows < 0 {
		return nil
	}
	if total.Rows != rows {
		return fmt.Errorf("the backend says that it told %d rows, and %d came; collect again, and ask who makes the backend if it stays so", total.Rows, rows)
	}
	if total.Cost == nil {
		return nil
	}
	said := billing.Money{}
	for currency, amount := range total.Cost {
		said.Add(money.Currency(currency), amount)
	}
	if difference := cost.Minus(said); len(difference) > 0 {
		return fmt.Errorf("the rows of the backend come to another sum than it says, by %v; nothing of it is taken: ask who makes the backend", difference)
	}
	return nil
}

// IsRefused tells whether a credential was not accepted, and why.
func IsRefused(err error) (reason string, refused bool) {
	var r *plugin.RefusedError
	if errors.As(err, &r) {
		return r.Reason, true
	}
	return "", false
}
