package membership

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/sethvargo/go-retry"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
)

const (
	provider   = "aws"
	answerTime = 30 * time.Second // for one answer of AWS
	mostPages  = 2000             // of one list: 40,000 accounts
)

// organization is that of a payer, which was reached.
type organization struct {
	payer   string
	client  *organizations.Client
	patient func() retry.Backoff
}

// open reaches the organization of a declared payer by its credential. It makes sure
// that the credential is of this payer's organization, and not of another one.
func (m *Membership) open(ctx context.Context, payer string) (*organization, error) {
	c, err := m.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	if err := isPayer(c, payer); err != nil {
		return nil, err
	}
	named, ok := credentialOf(c, payer)
	if !ok {
		return nil, fmt.Errorf("there is no credential by which the organization of payer %s is reached; declare a pricing credential of provider aws with account %s", payer, payer)
	}
	keys, err := m.home.Keys(ctx)
	if err != nil {
		return nil, err
	}
	opened, err := credential.Open(ctx, keys, named)
	if err != nil {
		return nil, err
	}
	called, err := credential.AWS(ctx, opened)
	if err != nil {
		return nil, err
	}
	o := &organization{payer: payer, patient: m.patient, client: organizations.NewFromConfig(called, func(o *organizations.Options) {
		o.Retryer = aws.NopRetryer{} // ask tries again
	})}
	out, err := ask(ctx, o, "DescribeOrganization", func(ctx context.Context) (*organizations.DescribeOrganizationOutput, error) {
		return o.client.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	})
	if err != nil {
		return nil, err
	}
	if out.Organization == nil || aws.ToString(out.Organization.MasterAccountId) != payer {
		reached := ""
		if out.Organization != nil {
			reached = aws.ToString(out.Organization.MasterAccountId)
		}
		return nil, fmt.Errorf("credential %s reaches the organization of %s, not that of payer %s; declare a pricing credential with account %s", named.ID, cmp.Or(reached, "nobody"), payer, payer)
	}
	return o, nil
}

// isPayer refuses what is no payer at AWS.
func isPayer(c billing.Config, id string) error {
	i := slices.IndexFunc(c.Payers, func(p billing.Payer) bool { return p.ID == id })
	switch {
	case i < 0:
		return &RefusedError{"payer", fmt.Sprintf("%.200q is not declared; declare it, or name another one", id)}
	case c.Payers[i].Provider != provider:
		return &RefusedError{"payer", fmt.Sprintf("%s is of provider %s; only those of aws have organizations that accounts are invited to", id, c.Payers[i].Provider)}
	}
	return nil
}

// credentialOf is by which credential a payer's organization is reached: the pricing
// credential of its account, else that of the reseller, unless it is another
// account's.
func credentialOf(c billing.Config, payer string) (billing.Credential, bool) {
	for _, x := range c.Credentials {
		if x.Purpose == billing.PricingCredential && x.Provider == provider && x.Account == payer && !x.BillingOnly {
			return x, true
		}
	}
	x, ok := credential.Nearest(c, access.Root, provider)
	return x, ok && (x.Account == "" || x.Account == payer)
}

// ask asks AWS, and waits out what passes. What it refuses is a *RefusalError.
func ask[Out any](ctx context.Context, o *organization, action string, call func(context.Context) (Out, error)) (out Out, err error) {
	err = retry.Do(ctx, o.patient(), func(ctx context.Context) error {
		try, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		out, err = call(try)
		if err != nil && ctx.Err() == nil && passes(err) {
			return retry.RetryableError(err)
		}
		return err
	})
	if err != nil && ctx.Err() != nil {
		return out, ctx.Err()
	}
	return out, explained(o.payer, action, err)
}

// apiError is an error that AWS itself has answered with.
type apiError interface {
	error
	ErrorCode() string
	ErrorMessage() string
}

// passes tells faults that may be gone at the next try.
func passes(err error) bool {
	var busy *types.TooManyRequestsException
	var changing *types.ConcurrentModificationException
	var failed *types.ServiceException
	if errors.As(err, &busy) || errors.As(err, &changing) || errors.As(err, &failed) {
		return true
	}
	var answered interface{ HTTPStatusCode() int }
	if errors.As(err, &answered) && answered.HTTPStatusCode() >= 500 {
		return true
	}
	var api apiError
	return !errors.As(err, &api) && !isOurs(err)
}

// isOurs tells what no further try mends, since nothing was sent: no keys were found,
// or the request cannot be written.
func isOurs(err error) bool {
	text := err.Error()
	return strings.Contains(text, "failed to refresh cached credentials") || strings.Contains(text, "get identity") || strings.Contains(text, "validation error")
}

// accounts lists all accounts of the organization.
func (o *organization) accounts(ctx context.Context) (all []types.Account, err error) {
	var next *string
	for range mostPages {
		out, err := ask(ctx, o, "ListAccounts", func(ctx context.Context) (*organizations.ListAccountsOutput, error) {
			return o.client.ListAccounts(ctx, &organizations.ListAccountsInput{NextToken: next})
		})
		if err != nil {
			return nil, err
		}
		all = append(all, out.Accounts...)
		if next = out.NextToken; aws.ToString(next) == "" {
			return all, nil
		}
	}
	return nil, o.endless("accounts")
}

// handshakes lists the invitations of accounts that AWS still knows, by id.
func (o *organization) handshakes(ctx context.Context) (map[string]types.Handshake, error) {
	all := map[string]types.Handshake{}
	var next *string
	for range mostPages {
		out, err := ask(ctx, o, "ListHandshakesForOrganization", func(ctx context.Context) (*organizations.ListHandshakesForOrganizationOutput, error) {
			return o.client.ListHandshakesForOrganization(ctx, &organizations.ListHandshakesForOrganizationInput{
				NextToken: next, Filter: &types.HandshakeFilter{ActionType: types.ActionTypeInviteAccountToOrganization},
			})
		})
		if err != nil {
			return nil, err
		}
		for _, h := range out.Handshakes {
			all[aws.ToString(h.Id)] = h
		}
		if next = out.NextToken; aws.ToString(next) == "" {
			return all, nil
		}
	}
	return nil, o.endless("invitations")
}

func (o *organization) endless(what string) error {
	return fmt.Errorf("AWS lists %s of payer %s on more than %d pages; nothing of it was taken over, tell the makers of Sluice", what, o.payer, mostPages)
}

// handshake asks for one invitation; nil where AWS does not know it any more.
func (o *organization) handshake(ctx context.Context, id string) (*types.Handshake, error) {
	out, err := ask(ctx, o, "DescribeHandshake", func(ctx context.Context) (*organizations.DescribeHandshakeOutput, error) {
		return o.client.DescribeHandshake(ctx, &organizations.DescribeHandshakeInput{HandshakeId: aws.String(id)})
	})
	if isCode(err, "HandshakeNotFoundException") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return out.Handshake, nil
}

// cancel takes an invitation back.
func (o *organization) cancel(ctx context.Context, id string) error {
	_, err := ask(ctx, o, "CancelHandshake", func(ctx context.Context) (*organizations.CancelHandshakeOutput, error) {
		return o.client.CancelHandshake(ctx, &organizations.CancelHandshakeInput{HandshakeId: aws.String(id)})
	})
	return err
}
