package probe

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/plugin"
)

// Verifiers try credentials of the backends that c declares: each is asked whether it
// takes them.
func Verifiers(home *month.Installation, c billing.Config) credential.Verifiers {
	collector := collect.New(home, plugin.Dial)
	return credential.Verifiers{collect.SchemaPrefix: func(ctx context.Context, o credential.Opened) (credential.Verified, error) {
		name, schema, _ := collect.SchemaOf(o.Schema)
		b, err := collect.BackendOf(c, name)
		if err != nil {
			return credential.Verified{}, &credential.RefusedError{Part: credential.PartFields, Says: fmt.Sprintf("credential %s is for backend %s, which is not declared", o.ID, name), Advice: "declare the backend first"}
		}
		described, err := collector.Describe(ctx, b)
		if err != nil {
			return credential.Verified{}, unasked(ctx, err)
		}
		if schema, err = collect.OneSchema(described, schema); err != nil {
			return credential.Verified{}, &credential.RefusedError{Part: credential.PartFields, Says: fmt.Sprintf("credential %s: %s", o.ID, err), Advice: "`sluice backend verify " + name + "` tells the schemas that it has"}
		}
		accounts, err := collector.Verify(ctx, b, plugin.Credential{Schema: schema, Fields: o.All()})
		var refused *plugin.RefusedError
		switch {
		case errors.As(err, &refused):
			return credential.Verified{}, &credential.RefusedError{Part: credential.PartKeys, Says: fmt.Sprintf("backend %s does not take credential %s: %s", name, o.ID, refused.Reason), Advice: "correct its fields, and save it again"}
		case err != nil:
			return credential.Verified{}, unasked(ctx, err)
		}
		return credential.Verified{Tried: true, Account: o.Account, Accounts: accounts, Says: fmt.Sprintf("backend %s takes it, and reaches %d accounts", name, len(accounts))}, nil
	}}
}

// unasked says that a backend could not be asked.
func unasked(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return &credential.RefusedError{Part: credential.PartKeys, Says: err.Error(), Advice: "when the backend answers, verify the credential again"}
}
