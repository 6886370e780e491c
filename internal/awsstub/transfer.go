package awsstub

import (
	"fmt"
	"time"
)

// Transfer hands the bills of one organization to the management account of
// another.
type Transfer struct {
	ID        string // rt-…
	Name      string
	Status    string    // REQUESTED, DECLINED, CANCELED, EXPIRED, ACCEPTED, WITHDRAWN
	Handshake string    // by which it was asked for
	Source    string    // management account whose bills they are; empty until one that was invited by e-mail accepts
	Email     string    // where it was invited by e-mail
	Target    string    // management account that gets them
	Start     time.Time // UTC
	End       time.Time // zero as long as no end is set
}

func (s *Server) transfer(id string) *Transfer {
	for _, t := range s.transfers {
		if id != "" && t.ID == id {
			return t
		}
	}
	return nil
}

// Transfers are those of all organizations, oldest first.
func (s *Server) Transfers() []Transfer {
	var all []Transfer
	s.withInvitations(func([]*invitation) {
		for _, t := range s.transfers {
			all = append(all, *t)
		}
	})
	return all
}

var transferAnswers = map[string]func(calling) (any, error){
	"InviteOrganizationToTransferResponsibility": calling.inviteTransfer,
	"ListInboundResponsibilityTransfers": func(c calling) (any, error) {
		return c.listTransfers(func(t *Transfer) bool { return t.Target == c.caller })
	},
	"ListOutboundResponsibilityTransfers": func(c calling) (any, error) {
		return c.listTransfers(func(t *Transfer) bool { return t.Source == c.caller })
	},
	"DescribeResponsibilityTransfer": func(c calling) (any, error) {
		t, err := c.namedTransfer()
		if err != nil {
			return nil, err
		}
		return map[string]any{"ResponsibilityTransfer": t.output(c)}, nil
	},
	"UpdateResponsibilityTransfer": func(c calling) (any, error) {
		t, err := c.namedTransfer()
		if err != nil {
			return nil, err
		}
		t.Name = c.text("Name")
		return map[string]any{"ResponsibilityTransfer": t.output(c)}, nil
	},
	"TerminateResponsibilityTransfer": calling.terminate,
}

func (t *Transfer) output(c calling) map[string]any {
	told := map[string]any{
		"Id": t.ID, "Arn": fmt.Sprintf("arn:aws:organizations::%s:transfer/o-stub%s/billing/inbound/%s", t.Target, t.Target, t.ID),
		"Name": t.Name, "Type": "BILLING", "Status": t.Status, "StartTimestamp": t.Start,
		"Target": c.participant(t.Target, ""),
	}
	if t.Source != "" || t.Email != "" {
		told["Source"] = c.participant(t.Source, t.Email)
	}
	if t.Status == "REQUESTED" {
		told["ActiveHandshakeId"] = t.Handshake
	}
	if !t.End.IsZero() {
		told["EndTimestamp"] = t.End
	}
	return told
}

func (c calling) participant(account, email string) map[string]any {
	told := map[string]any{}
	if account != "" {
		told["ManagementAccountId"] = account
	}
	for _, o := range c.organizations {
		if a := o.account(account); a != nil {
			email = a.Email
		}
	}
	if email != "" {
		told["ManagementAccountEmail"] = email
	}
	return told
}

func invalid(reason, message string) Error {
	return Error{Type: "InvalidInputException", Reason: reason, Message: message}
}

func (c calling) inviteTransfer() (any, error) {
	o, err := c.home()
	if err != nil {
		return nil, err
	}
	kind, id, err := c.target()
	if err != nil {
		return nil, err
	}
	start, ok := moment(c.in["StartTimestamp"])
	switch {
	case !ok:
		return nil, invalid("INVALID_START_DATE", "The start date is not valid.")
	case !start.Equal(time.Date(start.Year(), start.Month(), 1, 0, 0, 0, 0, time.UTC)):
		return nil, invalid("START_DATE_NOT_BEGINNING_OF_MONTH", "The start date must be the beginning of a month.")
	case !start.After(c.at):
		return nil, invalid("START_DATE_TOO_EARLY", "The start date is too early.")
	case id == c.caller:
		return nil, Error{Type: "HandshakeConstraintViolationException", Reason: "SOURCE_AND_TARGET_CANNOT_MATCH", Message: "An account can't accept a transfer it sends."}
	}
	for _, t := range c.transfers {
		if t.Status == "ACCEPTED" && t.Source == id {
			return nil, Error{Type: "HandshakeConstraintViolationException", Reason: "RESPONSIBILITY_TRANSFER_ALREADY_EXISTS", Message: "The organization already has a responsibility transfer."}
		}
	}
	v := c.send(o, kind, id)
	t := &Transfer{ID: fmt.Sprintf("rt-stub%08d", c.serial), Name: c.text("SourceName"), Status: "REQUESTED", Handshake: v.ID, Target: c.caller, Start: start}
	if kind == "ACCOUNT" {
		t.Source = id
	} else {
		t.Email = id
	}
	v.Transfer = t.ID
	c.transfers = append(c.transfers, t)
	return map[string]any{"Handshake": c.output(v)}, nil
}

func (c calling) listTransfers(wanted func(*Transfer) bool) (any, error) {
	if _, err := c.home(); err != nil {
		return nil, err
	}
	var all []any
	for _, t := range c.transfers {
		if wanted(t) && (c.text("Id") == "" || c.text("Id") == t.ID) {
			all = append(all, t.output(c))
		}
	}
	return c.page("ResponsibilityTransfers", all)
}

func (c calling) namedTransfer() (*Transfer, error) {
	t := c.transfer(c.text("Id"))
	if t == nil || t.Source != c.caller && t.Target != c.caller {
		return nil, Error{Type: "ResponsibilityTransferNotFoundException", Message: "We can't find a transfer that doesn't exist."}
	}
	return t, nil
}

func (c calling) terminate() (any, error) {
	t, err := c.namedTransfer()
	if err != nil {
		return nil, err
	}
	month := time.Date(c.at.UTC().Year(), c.at.UTC().Month()+1, 1, 0, 0, 0, 0, time.UTC)
	end := month.Add(-time.Millisecond)
	if given, ok := moment(c.in["EndTimestamp"]); ok {
		end = given
	}
	after := end.Add(time.Millisecond)
	switch {
	case t.Status == "WITHDRAWN":
		return nil, Error{Type: "ResponsibilityTransferAlreadyInStatusException", Message: "The responsibility transfer is already in the status that you specified."}
	case t.Status != "ACCEPTED":
		return nil, Error{Type: "InvalidResponsibilityTransferTransitionException", Message: "The responsibility transfer can't transition to the requested state because it's not in a valid state for this operation."}
	case !after.Equal(time.Date(after.Year(), after.Month(), 1, 0, 0, 0, 0, time.UTC)):
		return nil, invalid("END_DATE_NOT_END_OF_MONTH", "The end date must be the end of a month.")
	case end.Before(c.at):
		return nil, invalid("END_DATE_TOO_EARLY", "The end date is too early.")
	}
	t.Status, t.End = "WITHDRAWN", end
	return map[string]any{"ResponsibilityTransfer": t.output(c)}, nil
}
