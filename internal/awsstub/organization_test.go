package awsstub_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/sluice-billing/sluice/internal/awsstub"
)

const payer, member = "111111111111", "222222222222"

// clock is one that tests set.
type clock struct{ at time.Time }

func day(text string) time.Time {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return at
}

func organization(t *testing.T) (*awsstub.Server, *awsstub.Organization, *organizations.Client, *clock) {
	t.Helper()
	s := awsstub.Start(t, "")
	c := &clock{day("2026-11-10")}
	s.SetClock(func() time.Time { return c.at })
	o := s.Organization(payer)
	return s, o, organizations.NewFromConfig(s.Config()), c
}

func TestAccountsByPages(t *testing.T) {
	s, o, client, c := organization(t)
	for i := range 7 {
		o.Add(awsstub.Account{ID: fmt.Sprintf("%012d", i)})
	}
	pages := organizations.NewListAccountsPaginator(client, &organizations.ListAccountsInput{})
	var found []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Accounts {
			found = append(found, *a.Id)
		}
	}
	if len(found) != 8 || len(s.Calls("ListAccounts")) != 3 { // 8 accounts, 3 a page
		t.Errorf("%v in %d pages", found, len(s.Calls("ListAccounts")))
	}
	created, err := client.CreateAccount(t.Context(), &organizations.CreateAccountInput{AccountName: aws.String("New"), Email: aws.String("new@example.com")})
	if err != nil {
		t.Fatal(err)
	}
	status, err := client.DescribeCreateAccountStatus(t.Context(), &organizations.DescribeCreateAccountStatusInput{CreateAccountRequestId: created.CreateAccountStatus.Id})
	if err != nil {
		t.Fatal(err)
	}
	id := *status.CreateAccountStatus.AccountId
	c.at = day("2026-11-20")
	other := s.Organization("999999999999")
	if !o.Move(id, other) || o.Move(id, other) {
		t.Error("the account is to move once")
	}
	_, err = client.DescribeAccount(t.Context(), &organizations.DescribeAccountInput{AccountId: &id})
	var missing *types.AccountNotFoundException
	if !errors.As(err, &missing) {
		t.Errorf("moved away: %v", err)
	}
	other.SetState(id, "CLOSED")
	there, err := organizations.NewFromConfig(s.ConfigAs("999999999999")).DescribeAccount(t.Context(), &organizations.DescribeAccountInput{AccountId: &id})
	if err != nil || !there.Account.JoinedTimestamp.Equal(day("2026-11-20")) || there.Account.State != types.AccountStateClosed || there.Account.Status != types.AccountStatusSuspended {
		t.Errorf("%+v, %v", there, err)
	}
	var unused *types.AWSOrganizationsNotInUseException
	if _, err = organizations.NewFromConfig(s.ConfigAs(member)).ListAccounts(t.Context(), nil); !errors.As(err, &unused) {
		t.Errorf("an account of no organization: %v", err)
	}
}

func invite(t *testing.T, client *organizations.Client, kind types.HandshakePartyType, id string) (string, error) {
	t.Helper()
	out, err := client.InviteAccountToOrganization(t.Context(), &organizations.InviteAccountToOrganizationInput{Target: &types.HandshakeParty{Type: kind, Id: &id}, Notes: aws.String("please")})
	if err != nil {
		return "", err
	}
	return *out.Handshake.Id, nil
}

// Each end of an invitation, by its lever or as time goes by; 30 days later AWS
// knows nothing of it.
func TestInvitationsEnd(t *testing.T) {
	_, o, client, c := organization(t)
	state := func(id string) string {
		out, err := client.DescribeHandshake(t.Context(), &organizations.DescribeHandshakeInput{HandshakeId: &id})
		var forgotten *types.HandshakeNotFoundException
		if errors.As(err, &forgotten) {
			return "forgotten"
		}
		if err != nil {
			t.Fatal(err)
		}
		return string(out.Handshake.State)
	}
	cancel := func(id string) bool {
		_, err := client.CancelHandshake(t.Context(), &organizations.CancelHandshakeInput{HandshakeId: &id})
		return err == nil
	}
	ids := map[string]string{}
	for i, end := range []string{"REQUESTED", "OPEN", "DECLINED", "CANCELED", "EXPIRED", "ACCEPTED", "forgotten"} {
		id, err := invite(t, client, types.HandshakePartyTypeAccount, fmt.Sprintf("%012d", i))
		if err != nil {
			t.Fatal(err)
		}
		ids[end] = id
		if state(id) != "REQUESTED" {
			t.Errorf("it starts as %s", state(id))
		}
		done := map[string]func() bool{
			"OPEN": func() bool { return o.Open(id) }, "DECLINED": func() bool { return o.Decline(id) }, "CANCELED": func() bool { return cancel(id) },
			"EXPIRED": func() bool { return o.Expire(id) }, "ACCEPTED": func() bool { return o.Accept(id, "") }, "forgotten": func() bool { return o.Forget(id) },
		}[end]
		if done != nil && !done() {
			t.Errorf("%s could not be done", end)
		}
		if state(id) != end {
			t.Errorf("%s is %s", end, state(id))
		}
	}
	if a := o.Accounts(); len(a) != 2 || a[1].ID != "000000000005" || !a[1].Joined.Equal(c.at) {
		t.Errorf("accounts %+v, want the one that accepted", a)
	}
	var ended *types.InvalidHandshakeTransitionException
	if _, err := client.CancelHandshake(t.Context(), &organizations.CancelHandshakeInput{HandshakeId: aws.String(ids["DECLINED"])}); !errors.As(err, &ended) {
		t.Errorf("canceling what was declined: %v", err)
	}
	c.at = day("2026-11-26") // 15 days and one later
	for _, waiting := range []string{"REQUESTED", "OPEN"} {
		if got := state(ids[waiting]); got != "EXPIRED" {
			t.Errorf("after its time it is %s", got)
		}
	}
	c.at = day("2026-12-11") // 31 days after the others ended, 16 after these
	if state(ids["ACCEPTED"]) != "forgotten" || state(ids["REQUESTED"]) != "EXPIRED" {
		t.Errorf("after 31 days %s, after 16 %s", state(ids["ACCEPTED"]), state(ids["REQUESTED"]))
	}
	if left := o.Handshakes(); len(left) != 2 {
		t.Errorf("%d are left, want 2", len(left))
	}
}

// An invitation to an address is accepted by an account that nobody named before.
func TestInvitationByEmail(t *testing.T) {
	s, o, client, _ := organization(t)
	old := s.Organization("999999999999")
	old.Add(awsstub.Account{ID: member, Name: "Acme", Email: "root@acme.example"})
	id, err := invite(t, client, types.HandshakePartyTypeEmail, "Root@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	var duplicate *types.DuplicateHandshakeException
	if _, err = invite(t, client, types.HandshakePartyTypeEmail, "root@acme.example"); !errors.As(err, &duplicate) {
		t.Errorf("invited twice: %v", err)
	}
	theirs := organizations.NewFromConfig(s.ConfigAs(member))
	list, err := theirs.ListHandshakesForAccount(t.Context(), nil)
	if err != nil || len(list.Handshakes) != 1 {
		t.Fatalf("what they see: %+v, %v", list, err)
	}
	out, err := theirs.AcceptHandshake(t.Context(), &organizations.AcceptHandshakeInput{HandshakeId: &id})
	if err != nil {
		t.Fatal(err)
	}
	named := slices.ContainsFunc(out.Handshake.Resources, func(r types.HandshakeResource) bool {
		return r.Type == types.HandshakeResourceTypeAccount && *r.Value == member
	})
	if !named || len(o.Accounts()) != 2 || len(old.Accounts()) != 1 || o.Accounts()[1].Name != "Acme" {
		t.Errorf("accepted: %+v; here %+v, there %+v", out.Handshake.Resources, o.Accounts(), old.Accounts())
	}
	var violated *types.HandshakeConstraintViolationException
	if _, err = invite(t, client, types.HandshakePartyTypeAccount, member); !errors.As(err, &violated) || violated.Reason != types.HandshakeConstraintViolationExceptionReasonAlreadyInAnOrganization {
		t.Errorf("inviting a member: %v", err)
	}
}

// The bills of another organization: invited, accepted, ended at the end of a month.
func TestTransferOfBilling(t *testing.T) {
	s, o, client, _ := organization(t)
	s.Organization(member)
	ask := func(start time.Time) (*organizations.InviteOrganizationToTransferResponsibilityOutput, error) {
		return client.InviteOrganizationToTransferResponsibility(t.Context(), &organizations.InviteOrganizationToTransferResponsibilityInput{
			Type: types.ResponsibilityTransferTypeBilling, SourceName: aws.String("Acme"), StartTimestamp: &start,
			Target: &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: aws.String(member)},
		})
	}
	reason := func(err error) string {
		var invalid *types.InvalidInputException
		if errors.As(err, &invalid) {
			return string(invalid.Reason)
		}
		return fmt.Sprint(err)
	}
	for start, want := range map[string]string{"2026-12-02": "START_DATE_NOT_BEGINNING_OF_MONTH", "2026-11-01": "START_DATE_TOO_EARLY"} {
		if _, err := ask(day(start)); reason(err) != want {
			t.Errorf("from %s: %v", start, err)
		}
	}
	asked, err := ask(day("2026-12-01"))
	if err != nil {
		t.Fatal(err)
	}
	transfer := s.Transfers()[0]
	if transfer.Status != "REQUESTED" || !o.Accept(*asked.Handshake.Id, "") {
		t.Errorf("%+v", transfer)
	}
	list, err := client.ListInboundResponsibilityTransfers(t.Context(), &organizations.ListInboundResponsibilityTransfersInput{Type: types.ResponsibilityTransferTypeBilling})
	if err != nil || len(list.ResponsibilityTransfers) != 1 || list.ResponsibilityTransfers[0].Status != types.ResponsibilityTransferStatusAccepted || *list.ResponsibilityTransfers[0].Source.ManagementAccountId != member {
		t.Fatalf("%+v, %v", list, err)
	}
	if len(o.Accounts()) != 1 {
		t.Error("a transfer moves no account")
	}
	end := func(at time.Time) error {
		_, err := client.TerminateResponsibilityTransfer(t.Context(), &organizations.TerminateResponsibilityTransferInput{Id: &transfer.ID, EndTimestamp: &at})
		return err
	}
	if err := end(day("2027-01-31")); reason(err) != "END_DATE_NOT_END_OF_MONTH" {
		t.Errorf("inside a month: %v", err)
	}
	last := day("2027-02-01").Add(-time.Millisecond)
	if err := end(last); err != nil {
		t.Errorf("at the end of a month: %v", err)
	}
	if got := s.Transfers()[0]; got.Status != "WITHDRAWN" || !got.End.Equal(last) {
		t.Errorf("%+v", got)
	}
	if err := end(last); err == nil || !strings.Contains(err.Error(), "ResponsibilityTransferAlreadyInStatusException") {
		t.Errorf("ended twice: %v", err)
	}
}
