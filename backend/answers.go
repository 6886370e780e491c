package backend

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/sluice-billing/sluice/backend/backendv1"
)

const (
	mostTasks    = 10000
	mostAccounts = 10000
	mostTaskID   = 4096 // bytes
)

// answers is the contract's service, on a vendor.
type answers struct {
	backendv1.UnimplementedBackendServer
	vendor Vendor
}

func accessOf(c *backendv1.Credential, options map[string]string) Access {
	return Access{Schema: c.GetSchema(), Fields: c.GetFields(), Options: options}
}

// Describe answers with the highest revision that both know; there is one so far.
func (s *answers) Describe(ctx context.Context, r *backendv1.DescribeRequest) (*backendv1.DescribeResponse, error) {
	d, err := s.vendor.Describe(ctx, r.GetOptions())
	if err != nil {
		return nil, statusOf(err, Access{})
	}
	if err := d.check(); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	a := &backendv1.DescribeResponse{Revision: Revision, Name: d.Name, Version: d.Version, Provider: d.Provider, Currency: d.Currency, Schemas: d.Schemas}
	for _, rule := range d.Rules {
		sent := &backendv1.Rule{Name: rule.Name, When: rule.When, Account: rule.Account, GoOn: rule.GoOn}
		for _, c := range rule.Conditions {
			sent.Conditions = append(sent.Conditions, c.message())
		}
		a.Rules = append(a.Rules, sent)
	}
	return a, nil
}

func (d Description) check() error {
	if d.Name == "" || d.Version == "" || len(d.Schemas) == 0 {
		return fmt.Errorf("the backend's description lacks name, version or schemas; report it to who wrote it")
	}
	for name, schema := range d.Schemas {
		if !json.Valid([]byte(schema)) {
			return fmt.Errorf("schema %s of the backend is no JSON; report it to who wrote it", name)
		}
	}
	return nil
}

func (c Condition) message() *backendv1.Condition {
	sent := &backendv1.Condition{Field: c.Field}
	switch {
	case c.Is != "":
		sent.Test = &backendv1.Condition_Is{Is: c.Is}
	case c.Not != "":
		sent.Test = &backendv1.Condition_Not{Not: c.Not}
	case c.Contains != "":
		sent.Test = &backendv1.Condition_Contains{Contains: c.Contains}
	case c.NotContains != "":
		sent.Test = &backendv1.Condition_NotContains{NotContains: c.NotContains}
	}
	return sent
}

// Verify answers with the accounts that a credential reaches.
func (s *answers) Verify(ctx context.Context, r *backendv1.VerifyRequest) (*backendv1.VerifyResponse, error) {
	a := accessOf(r.GetCredential(), r.GetOptions())
	accounts, err := s.vendor.Verify(ctx, a)
	if err != nil {
		return nil, statusOf(err, a)
	}
	if len(accounts) > mostAccounts {
		return nil, status.Errorf(codes.ResourceExhausted, "the credential reaches %d accounts, more than %d; use one that reaches fewer", len(accounts), mostAccounts)
	}
	answer := &backendv1.VerifyResponse{}
	for _, x := range accounts {
		answer.Accounts = append(answer.Accounts, &backendv1.Account{Id: x.ID, Name: x.Name})
	}
	return answer, nil
}

// Plan answers with the tasks of a month.
func (s *answers) Plan(ctx context.Context, r *backendv1.PlanRequest) (*backendv1.PlanResponse, error) {
	a := accessOf(r.GetCredential(), r.GetOptions())
	month, err := ParseMonth(r.GetMonth())
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	var since time.Time
	if r.GetSince() != "" {
		if since, err = time.Parse(time.RFC3339, r.GetSince()); err != nil {
			return nil, status.Errorf(codes.InvalidArgument, "%q is not a time; write it as RFC 3339", clip(r.GetSince()))
		}
	}
	tasks, err := s.vendor.Plan(ctx, a, month, since)
	if err != nil {
		return nil, statusOf(err, a)
	}
	if len(tasks) > mostTasks {
		return nil, status.Errorf(codes.ResourceExhausted, "the month has %d tasks, more than %d; report it to who wrote the backend", len(tasks), mostTasks)
	}
	answer := &backendv1.PlanResponse{}
	for _, t := range tasks {
		if t.ID == "" || len(t.ID) > mostTaskID {
			return nil, status.Errorf(codes.Internal, "task %q has an id of %d bytes; an id has 1 to %d; report it to who wrote the backend", clip(t.Name), len(t.ID), mostTaskID)
		}
		answer.Tasks = append(answer.Tasks, &backendv1.Task{Id: t.ID, Name: t.Name})
	}
	return answer, nil
}

// Costs streams the rows of a task in batches, and their summary.
func (s *answers) Costs(r *backendv1.CostsRequest, stream backendv1.Backend_CostsServer) error {
	a := accessOf(r.GetCredential(), r.GetOptions())
	ctx := stream.Context()
	month, err := ParseMonth(r.GetMonth())
	if err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	d, err := s.vendor.Describe(ctx, r.GetOptions())
	if err != nil {
		return statusOf(err, a)
	}
	t := &teller{month: month, currency: d.Currency, send: stream.Send}
	err = s.vendor.Costs(ctx, a, month, r.GetTask(), func(row Row) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return t.tell(row)
	})
	if err == nil {
		err = ctx.Err() // a vendor that returned nothing because it was stopped told no whole month
	}
	if err == nil {
		err = t.finish()
	}
	return statusOf(err, a)
}

// knownCategory tells whether a row may have the category.
func knownCategory(name string) bool { return name == "" || slices.Contains(Categories, name) }
