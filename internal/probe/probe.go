// Package probe tries a source step by step, from the credential to the rows: what is
// right, what is wrong, and how to mend it. It changes nothing.
package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/provision"
	"github.com/sluice-billing/sluice/internal/source"
)

// Steps, in their order.
const (
	Credential  = "credential"    // its keys, or those of the environment
	Role        = "role"          // it can be assumed
	Bucket      = "bucket"        // it is there and may be listed
	Region      = "region"        // it lies where it is asked
	Prefix      = "prefix"        // something lies below it
	Manifest    = "manifest"      // there is an export of the source's kind
	Freshness   = "freshness"     // it is delivered still
	Format      = "format"        // its rows can be read
	Hourly      = "hourly"        // its rows are of hours
	ResourceIDs = "resource-ids"  // its rows say what was used
	Payer       = "payer"         // its rows are of the source's payer
	Export      = "export-health" // the provider says that it is well
)

var steps = []string{Credential, Role, Bucket, Region, Prefix, Manifest, Freshness, Format, Hourly, ResourceIDs, Payer, Export}

// States of a step.
const (
	OK      = "ok"
	Warning = "warning" // bills can be made, and something is worth a look
	Failed  = "failed"  // bills are kept away, or wrong
	Skipped = "skipped" // it does not apply, or an earlier one failed
)

// Step is what came of one.
type Step struct {
	Name   string `json:"name"`
	State  string `json:"state"`
	Says   string `json:"says"`             // what is so, for people
	Advice string `json:"advice,omitempty"` // what to do, where something is wrong
	Mend   string `json:"mend,omitempty"`   // the operation that mends it, such as create-export
}

// CreateExport is the operation that makes an export which the provider does not have.
const CreateExport = "create-export"

// Report is what came of all steps.
type Report struct {
	Source string    `json:"source"`
	Kind   string    `json:"kind"`
	Place  string    `json:"place,omitempty"` // without query and credentials
	At     time.Time `json:"at"`              // UTC
	State  string    `json:"state"`           // the worst of the steps: ok, warning or failed
	Steps  []Step    `json:"steps"`           // all of them, in their order
}

// Options of a check. The zero value is what is usual.
type Options struct {
	// Rows are how many are looked at; 20,000 where it is 0.
	Rows int64
	// Health asks the provider how its export is doing; provision.ExportHealth where it
	// is nil.
	Health func(context.Context, aws.Config, provision.Which) (provision.Health, error)
}

const usualRows = 20_000

// Check tries a source that is declared in c. What is wrong with it is in the report; an
// error is of the records, or of the context. Network faults are waited out as when a
// month is loaded.
func Check(ctx context.Context, home *month.Installation, c billing.Config, s billing.Source, o Options) (Report, error) {
	if o.Rows <= 0 {
		o.Rows = usualRows
	}
	r := &run{ctx: ctx, home: home, config: c, source: s, options: o, report: Report{Source: s.Name, Kind: s.Kind, At: home.Now().UTC().Truncate(time.Second)}}
	defer r.close()
	err := r.all()
	if ctx.Err() != nil {
		return Report{}, context.Cause(ctx)
	}
	if err != nil {
		return Report{}, err
	}
	return r.finished(), nil
}

// run is a check at work.
type run struct {
	ctx     context.Context
	home    *month.Installation
	config  billing.Config
	source  billing.Source
	options Options
	report  Report

	opened   *credential.Opened // nil where the source names none
	place    *source.Place
	delivery source.Delivery // the newest
}

func (r *run) close() {
	if r.place != nil {
		r.place.Close()
	}
}

// all does the steps until one fails that the others stand on.
func (r *run) all() error {
	switch {
	case r.source.Ended, r.source.Kind == billing.Pushed:
		return nil
	case r.source.Kind == billing.FromBackend:
		_, err := r.credential()
		return err
	}
	good, err := r.credential()
	if err != nil || !good {
		return err
	}
	if !r.open() {
		return nil
	}
	if r.find() {
		r.freshness()
		r.rows()
	}
	r.health()
	return nil
}

// say notes what came of a step.
func (r *run) say(name, state, says, advice string) {
	r.report.Steps = append(r.report.Steps, Step{Name: name, State: state, Says: says, Advice: advice})
	billing.Step(r.ctx, "check "+r.source.Name, int64(slices.Index(steps, name)+1), int64(len(steps)))
}

func (r *run) ok(name, format string, args ...any) { r.say(name, OK, fmt.Sprintf(format, args...), "") }

func (r *run) skip(name, why string) { r.say(name, Skipped, why, "") }

func (r *run) said(name string) bool {
	return slices.ContainsFunc(r.report.Steps, func(s Step) bool { return s.Name == name })
}

// finished is the report with the steps that were not come to.
func (r *run) finished() Report {
	why := "an earlier step failed"
	switch {
	case r.source.Ended:
		why = "the source has ended; nothing is read of it any more, and what was loaded stays"
	case r.source.Kind == billing.Pushed:
		why = "bills are pushed to this source; it reads nothing by itself"
	case r.source.Kind == billing.FromBackend:
		why = "a backend tells its rows by itself; there is no bucket"
	}
	for _, name := range steps {
		if !r.said(name) {
			r.skip(name, why)
		}
	}
	slices.SortStableFunc(r.report.Steps, func(a, b Step) int { return slices.Index(steps, a.Name) - slices.Index(steps, b.Name) })
	r.report.State = OK
	for _, s := range r.report.Steps {
		if s.State == Failed || s.State == Warning && r.report.State == OK {
			r.report.State = s.State
		}
	}
	return r.report
}

// credential tries the one that the source names.
func (r *run) credential() (good bool, err error) {
	if r.source.Credential == "" {
		r.skip(Credential, "none is named; the source is opened with what the environment of Sluice has")
		r.skip(Role, "no credential is named")
		return true, nil
	}
	if source.IsFolder(r.source.URL) {
		r.skip(Credential, "the source is a folder, which needs none")
		r.skip(Role, "the source is a folder, which needs none")
		return true, nil
	}
	o, err := credential.OfSource(r.ctx, r.home, r.config, r.source)
	if err != nil {
		return false, err
	}
	r.opened = &o
	verified, err := credential.Verify(r.ctx, o, r.home.Now().UTC(), Verifiers(r.home, r.config))
	var refused *credential.RefusedError
	switch {
	case errors.As(err, &refused) && refused.Part == credential.PartRole:
		r.ok(Credential, "the keys are taken")
		r.say(Role, Failed, refused.Says, refused.Advice)
		return false, nil
	case errors.As(err, &refused):
		r.say(Credential, Failed, refused.Says, refused.Advice)
		return false, nil
	case err != nil:
		return false, err
	}
	r.ok(Credential, "%s", verified.Says)
	if verified.Caller == "" {
		r.skip(Role, "the credential has no role")
	} else {
		r.ok(Role, "%s is assumed by %s", verified.Identity, verified.Caller)
	}
	return true, nil
}
