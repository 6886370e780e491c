package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/examples/backend-hyper/mock"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/sample"
)

// unitCustomer is the customer of the demo that has units, and uses the vendor.
const unitCustomer = "kestrel"

// demoUnits are its units: one has two others in it, and one of these another one.
var demoUnits = []billing.Unit{
	{ID: "engineering", Name: "Engineering"},
	{ID: "simulation", Name: "Simulation", Parent: "engineering"},
	{ID: "fleet", Name: "Fleet operations", Parent: "engineering"},
	{ID: "edge", Name: "Edge devices", Parent: "fleet"},
}

// demoVendorName is where what is declared here stands, for errors.
const demoVendorName = "the demo's vendor"

// demoDeclared is what is declared for the vendor, beside the units. The groups have
// nothing but what the vendor charges, so no other document changes.
const demoDeclared = `
providers:
  - {id: hyper, name: Hyper billing}
backends:
  - {name: hyper, address: "%s", provider: hyper}
billing_groups:
  - id: kestrel-simulation
    customer: kestrel
    unit: simulation
    name: Kestrel Robotics Ltd, Simulation
    currency: GBP
    language: en
    template: abroad
    claims: [{accounts: [kestrel/simulation]}]
    project: PJ-WEST
    invoice: {series: "INV-{yyyy}-{seq:6}", note_series: "CN-{yyyy}-{seq:4}"}
  - id: kestrel-fleet
    customer: kestrel
    unit: fleet
    name: Kestrel Robotics Ltd, Fleet operations
    currency: GBP
    language: en
    template: abroad
    claims: [{accounts: [kestrel/fleet]}]
    project: PJ-WEST
    invoice: {series: "INV-{yyyy}-{seq:6}", note_series: "CN-{yyyy}-{seq:4}"}
`

// demoRule is declared when the service accounts are there: what the digital twin uses is
// in the account of the simulation, and is given to the fleet.
const demoRule = `
source_rules:
  - id: digital-twin
    source: hyper-simulation
    conditions: [{field: account, is: twin}]
    give_to: {project: kestrel/fleet}
`

// demoVendorTrial is a service account that nobody has yet, for people who try the demo.
type demoVendorTrial struct {
	Backend string            `json:"backend"`
	Project string            `json:"project"`
	From    billing.Day       `json:"from"`
	Fields  map[string]string `json:"fields"` // of its credential; they are no secret
}

func newVendorTrial() *demoVendorTrial {
	return &demoVendorTrial{"hyper", unitCustomer + "/edge", sample.DemoOpenMonth().FirstDay(), fieldsOf(edgeAccount)}
}

func fieldsOf(c mock.Customer) map[string]string {
	return map[string]string{"Account": c.Account, "Email": c.Email, "Key": c.Key}
}

// runDemoVendor starts the vendor of a demo and puts in force what belongs to it, where
// it is not: once, unless the backend is somewhere else than before. Stop it. Where that
// fails there is none, and the running month has what the exports tell.
func runDemoVendor(c *cli, cmd *cobra.Command) (*demoVendor, error) {
	made, err := readDemoMade(cmd, c.dir)
	if err != nil {
		return nil, err
	}
	v, err := startDemoVendor(cmd.Context(), c.dir)
	if made.Vendor != "" && (err != nil || made.Vendor == v.address) {
		return v, err
	}
	err = c.open(cmd, app.Options{Dir: c.dir, Now: func() time.Time { return demoDay }}, func(ctx context.Context, a *app.App) error {
		fault := err
		switch {
		case fault == nil && made.Vendor != "":
			fault = v.move(ctx, a)
		case fault == nil:
			fault = v.join(ctx, a, filepath.Join(c.dir, "reseller.yaml"))
		}
		if fault == nil || made.Vendor != "" {
			return fault
		}
		_, err := a.Pipeline.Close(ctx, sample.DemoOpenMonth(), true)
		return errors.Join(fault, err)
	})
	if err == nil {
		made.Vendor = v.address
		err = made.write(c.dir)
	}
	if err != nil {
		return nil, errors.Join(err, v.stop())
	}
	return v, nil
}

// join declares units and backend, saves the service accounts as the console does, and
// has the running month with what they tell. Then one of them cannot be read once, so that
// it is seen how that looks.
func (v *demoVendor) join(ctx context.Context, a *app.App, file string) error {
	before, text, err := demoFile(ctx, a, file)
	if err != nil {
		return err
	}
	wanted, err := v.wanted(ctx, a)
	if err != nil {
		return err
	}
	if err := declareHere(ctx, a, wanted); err != nil {
		return err
	}
	for _, s := range []struct {
		id, name, unit string
		at             mock.Customer
	}{
		{"hyper-simulation", "Hyper billing, simulation", "simulation", simulationAccount},
		{"hyper-fleet", "Hyper billing, fleet", "fleet", fleetAccount},
	} {
		in := api.SaveServiceAccountInput{ID: s.id}
		b, first := &in.Body, sample.DemoOpenMonth().FirstDay()
		b.Backend, b.Name, b.Organization, b.From = "hyper", s.name, unitCustomer+"/"+s.unit, &first
		b.Fields, b.Secrets = fieldsOf(s.at), map[string]string{"Key": s.at.Key}
		delete(b.Fields, "Key")
		if err := calledHere(ctx, a, api.SaveServiceAccount, in); err != nil {
			return err
		}
	}
	rule, err := config.Parse(demoVendorName, []byte(demoRule))
	if err != nil {
		return err
	}
	if err := declareHere(ctx, a, rule); err != nil {
		return err
	}
	if _, err := a.Pipeline.Close(ctx, sample.DemoOpenMonth(), true); err != nil {
		return err
	}
	if err := v.fail(ctx, a); err != nil || !before {
		return err
	}
	return rewriteDemoFile(ctx, a, file, text)
}

// wanted is what is declared for the vendor.
func (v *demoVendor) wanted(ctx context.Context, a *app.App) (billing.Config, error) {
	now, err := a.Config(ctx)
	if err != nil {
		return now, err
	}
	wanted, err := config.Parse(demoVendorName, fmt.Appendf(nil, demoDeclared, v.address))
	if err != nil {
		return wanted, err
	}
	i := slices.IndexFunc(now.Customers, func(c billing.Customer) bool { return c.ID == unitCustomer })
	if i < 0 {
		return wanted, fmt.Errorf("customer %s is not declared any more; name another folder with --dir for a new demo", unitCustomer)
	}
	customer := now.Customers[i]
	customer.Units = slices.Clone(customer.Units)
	for _, u := range demoUnits {
		if !slices.ContainsFunc(customer.Units, func(there billing.Unit) bool { return there.ID == u.ID }) {
			customer.Units = append(customer.Units, u)
		}
	}
	wanted.Customers = []billing.Customer{customer}
	return wanted, nil
}

// fail reads the fleet's account while the vendor has its key locked. What was read before
// stays in force.
func (v *demoVendor) fail(ctx context.Context, a *app.App) error {
	v.locked.Store(true)
	defer v.locked.Store(false)
	readings, err := a.Pipeline.Read(ctx, []string{"hyper-fleet"}, []billing.Period{sample.DemoOpenMonth()})
	if err == nil && readings[0].Problem == "" {
		err = errors.New("the vendor accepts a key that it has locked; report that")
	}
	return err
}

// move declares the backend at the address that it has now, where it is declared.
func (v *demoVendor) move(ctx context.Context, a *app.App) error {
	now, err := a.Config(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(now.Backends, func(b billing.Backend) bool { return b.Name == "hyper" })
	if i < 0 {
		return nil
	}
	moved := now.Backends[i]
	moved.Address = v.address
	return declareHere(ctx, a, billing.Config{Backends: []billing.Backend{moved}})
}

// declareHere puts something in force in this process, beside what is declared.
func declareHere(ctx context.Context, a *app.App, wanted billing.Config) error {
	var in api.ApplyInput
	in.Body.Config = api.Configuration(wanted)
	return calledHere(ctx, a, api.ApplyConfig, in)
}

// calledHere does an operation in this process, on what is declared by now.
func calledHere[In, Out any](ctx context.Context, a *app.App, o api.Operation[*api.Desk, In, Out], in In) error {
	return here(ctx, a, func(ctx context.Context, at api.Place) error {
		_, err := o.Call(ctx, at, in)
		return err
	})
}

// demoFile tells whether the demo's file is what is in force, so that nobody has changed
// one of the two, and returns its text.
func demoFile(ctx context.Context, a *app.App, file string) (same bool, text string, err error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return false, "", nil
	}
	if err != nil {
		return false, "", err
	}
	wanted, err := config.Parse(file, data)
	if err != nil {
		return false, "", nil // somebody is writing it
	}
	changes, err := a.Plan(ctx, wanted, true)
	return err == nil && len(changes) == 0, string(data), nil
}

// rewriteDemoFile writes what is in force into the demo's file, below what it begins with.
func rewriteDemoFile(ctx context.Context, a *app.App, file, text string) error {
	now, err := a.Config(ctx)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if head, _, found := strings.Cut(text, "\n\n"); found && strings.HasPrefix(head, "#") {
		fmt.Fprintf(&out, "%s\n\n", head)
	}
	if err := config.Write(&out, now); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}
