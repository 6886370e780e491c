package api

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/credential"
)

// byForm tells what is secret of a credential of a backend from what is not, as the
// backend says it, wherever it was given: nothing secret comes into the configuration.
// Credentials of other schemas stay as they are.
func (d *Desk) byForm(ctx context.Context, c billing.Config, o credential.Opened) (credential.Opened, error) {
	name, schema, of := collect.SchemaOf(o.Schema)
	if !of {
		return o, nil
	}
	b, err := collect.BackendOf(c, name)
	if err != nil {
		return o, invalid("body.schema", "%s", err)
	}
	within, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	says, err := d.Pipeline.Collector().Describe(within, b)
	if err != nil {
		return o, outside(err)
	}
	if schema, err = collect.OneSchema(says, schema); err != nil {
		return o, invalid("body.schema", "%s", err)
	}
	form, err := collect.FormOf(says.Schemas[schema])
	if err != nil {
		return o, &Problem{Code: "refused", Detail: fmt.Sprintf("backend %s describes its credentials in a way that cannot be read; ask who makes it", name)}
	}
	var faults []collect.Fault
	if o.Fields, o.Secrets, faults = collect.Divide(form, o.All()); len(faults) == 0 {
		return o, nil
	}
	var all []string
	p := &Problem{Code: "invalid"}
	for _, f := range faults {
		all = append(all, "body.fields."+f.At+": "+f.Says)
		p.Errors = append(p.Errors, Fault{Location: "body.fields." + f.At, Message: f.Says})
	}
	p.Detail = strings.Join(all, "; ")
	return o, p
}
