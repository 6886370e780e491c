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

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// TransferWish is whose bills a payer is to get.
type TransferWish struct {
	Payer    string
	Target   string // management account of the other organization, or the e-mail address of its root user
	Name     string // what the transfer is called
	Customer string
	Start    billing.Day // the first day of a month
	Language string      // of the customer's page
	Notes    string
	Partner
}

// InviteTransfer invites another organization to have its bills paid by the payer, from
// the first day of a month on. It fails as Invite does.
func (m *Membership) InviteTransfer(ctx context.Context, w TransferWish) (Sent, error) {
	w.Target, w.Name = strings.TrimSpace(w.Target), strings.TrimSpace(w.Name)
	if targetKind(w.Target) == targetEmail {
		w.Target = strings.ToLower(w.Target)
	}
	c, err := m.home.Config(ctx)
	if err != nil {
		return Sent{}, err
	}
	whom := Wish{Payer: w.Payer, Target: w.Target, Name: w.Name, Customer: w.Customer, Language: w.Language, Notes: w.Notes, Partner: w.Partner}
	if err := whom.check(c); err != nil {
		return Sent{}, err
	}
	first, err := m.firstMonth(w.Start)
	if err != nil {
		return Sent{}, err
	}
	if w.Name == "" {
		return Sent{}, &RefusedError{"name", "is missing; say what the transfer is called, such as the customer's name"}
	}
	o, err := m.open(ctx, w.Payer)
	if err != nil {
		return Sent{}, err
	}
	i := Invitation{Kind: store.InvitedTransfer, Payer: w.Payer, Target: w.Target, Customer: w.Customer, Details: Details{
		TargetKind: targetKind(w.Target), Name: w.Name, Language: cmp.Or(w.Language, "en"), Notes: w.Notes, Partner: w.Partner, FirstMonth: &first,
	}}
	if i.TargetKind == targetAccount {
		i.Account = w.Target
	}
	in := &organizations.InviteOrganizationToTransferResponsibilityInput{
		Type: types.ResponsibilityTransferTypeBilling, Target: party(w.Target), SourceName: aws.String(w.Name), StartTimestamp: aws.Time(first.Start()),
	}
	if w.Notes != "" {
		in.Notes = aws.String(w.Notes)
	}
	return m.send(ctx, i, func(i *Invitation) error {
		out, err := ask(ctx, o, "InviteOrganizationToTransferResponsibility", func(ctx context.Context) (*organizations.InviteOrganizationToTransferResponsibilityOutput, error) {
			return o.client.InviteOrganizationToTransferResponsibility(ctx, in)
		})
		if err != nil {
			return err
		}
		if out.Handshake == nil {
			return fmt.Errorf("AWS has answered without the invitation of %s; follow the invitations to see whether it was sent", i.Target)
		}
		i.take(*out.Handshake)
		i.Transfer = transferIn(out.Handshake.Resources)
		return nil
	})
}

// firstMonth is the month that a transfer begins with. It begins on the first day of a
// month that is to come.
func (m *Membership) firstMonth(start billing.Day) (billing.Period, error) {
	first := billing.PeriodOf(start.Time())
	earliest := billing.PeriodOf(m.now()).Next()
	switch {
	case first.FirstDay() != start:
		return first, &RefusedError{"start", fmt.Sprintf("%s is not the first day of a month, and transfers begin with a month; write %s or %s", start, first.FirstDay(), first.Next().FirstDay())}
	case first.Before(earliest):
		return first, &RefusedError{"start", fmt.Sprintf("%s has begun; write %s or later", first, earliest.FirstDay())}
	}
	return first, nil
}

// transferIn is the id of the transfer that an invitation is about; empty where AWS
// does not name it.
func transferIn(all []types.HandshakeResource) string {
	for _, x := range all {
		if x.Type == types.HandshakeResourceTypeResponsibilityTransfer {
			return text(x.Value)
		}
		if id := transferIn(x.Resources); id != "" {
			return id
		}
	}
	return ""
}

// inbound lists the transfers by which the payer gets others' bills, by id; outbound
// those by which others get its own.
func (o *organization) inbound(ctx context.Context) (map[string]types.ResponsibilityTransfer, error) {
	return o.pagesOfTransfers(ctx, "ListInboundResponsibilityTransfers", func(ctx context.Context, next *string) ([]types.ResponsibilityTransfer, *string, error) {
		out, err := o.client.ListInboundResponsibilityTransfers(ctx, &organizations.ListInboundResponsibilityTransfersInput{Type: types.ResponsibilityTransferTypeBilling, NextToken: next})
		if err != nil {
			return nil, nil, err
		}
		return out.ResponsibilityTransfers, out.NextToken, nil
	})
}

func (o *organization) outbound(ctx context.Context) (map[string]types.ResponsibilityTransfer, error) {
	return o.pagesOfTransfers(ctx, "ListOutboundResponsibilityTransfers", func(ctx context.Context, next *string) ([]types.ResponsibilityTransfer, *string, error) {
		out, err := o.client.ListOutboundResponsibilityTransfers(ctx, &organizations.ListOutboundResponsibilityTransfersInput{Type: types.ResponsibilityTransferTypeBilling, NextToken: next})
		if err != nil {
			return nil, nil, err
		}
		return out.ResponsibilityTransfers, out.NextToken, nil
	})
}

func (o *organization) pagesOfTransfers(ctx context.Context, action string, page func(context.Context, *string) ([]types.ResponsibilityTransfer, *string, error)) (map[string]types.ResponsibilityTransfer, error) {
	type part struct {
		transfers []types.ResponsibilityTransfer
		next      *string
	}
	all := map[string]types.ResponsibilityTransfer{}
	var next *string
	for range mostPages {
		p, err := ask(ctx, o, action, func(ctx context.Context) (p part, err error) {
			p.transfers, p.next, err = page(ctx, next)
			return p, err
		})
		if err != nil {
			return nil, err
		}
		for _, t := range p.transfers {
			all[text(t.Id)] = t
		}
		if next = p.next; text(next) == "" {
			return all, nil
		}
	}
	return nil, o.endless("transfers")
}

// Directions of a transfer, as the payer sees it.
const (
	Inbound  = "inbound"  // the payer gets the bills
	Outbound = "outbound" // somebody else gets those of the payer
)

// Transfer is a transfer of bills as AWS has it. Times are UTC.
type Transfer struct {
	ID         string    `json:"id" doc:"Of AWS, as rt-…"`
	Direction  string    `json:"direction" enum:"inbound,outbound" doc:"Inbound: the payer gets the other's bills"`
	Name       string    `json:"name,omitempty"`
	Source     string    `json:"source,omitempty" doc:"The management account whose bills they are, or its e-mail address"`
	Target     string    `json:"target,omitempty" doc:"The management account that gets them, or its e-mail address"`
	State      string    `json:"state" enum:"REQUESTED,DECLINED,CANCELED,EXPIRED,ACCEPTED,WITHDRAWN"`
	Start      time.Time `json:"start,omitzero"`
	End        time.Time `json:"end,omitzero" doc:"The last moment; not there while no end is set"`
	Invitation string    `json:"invitation,omitempty" doc:"Id of the invitation on record, where it was sent by Sluice"`
}

// Transfers asks AWS for all transfers of a payer, inbound and outbound, also those
// that were made elsewhere, the newest first.
func (m *Membership) Transfers(ctx context.Context, payer string) ([]Transfer, error) {
	o, err := m.open(ctx, payer)
	if err != nil {
		return nil, err
	}
	in, err := o.inbound(ctx)
	if err != nil {
		return nil, err
	}
	out, err := o.outbound(ctx)
	if err != nil {
		return nil, err
	}
	recorded, err := m.Invitations(ctx, Filter{Kind: store.InvitedTransfer, Payer: payer})
	if err != nil {
		return nil, err
	}
	ours := map[string]string{}
	for _, i := range recorded {
		ours[i.Transfer] = i.ID
	}
	var all []Transfer
	for direction, found := range map[string]map[string]types.ResponsibilityTransfer{Inbound: in, Outbound: out} {
		for id, t := range found {
			x := Transfer{ID: id, Direction: direction, Name: text(t.Name), Source: participant(t.Source), Target: participant(t.Target), State: string(t.Status), Invitation: ours[id]}
			if t.StartTimestamp != nil {
				x.Start = t.StartTimestamp.UTC()
			}
			if t.EndTimestamp != nil {
				x.End = t.EndTimestamp.UTC()
			}
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(a, b Transfer) int {
		return cmp.Or(b.Start.Compare(a.Start), cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

func participant(p *types.TransferParticipant) string {
	if p == nil {
		return ""
	}
	return cmp.Or(text(p.ManagementAccountId), text(p.ManagementAccountEmail))
}

// followTransfer asks how a transfer stands. One that was accepted is followed on,
// since either side can end it.
func (r *round) followTransfer(ctx context.Context, i Invitation) (Invitation, error) {
	t, err := r.transferOf(ctx, i)
	if err != nil {
		return i, err
	}
	if t == nil {
		return r.forgottenTransfer(ctx, i)
	}
	c, err := r.home.Config(ctx)
	if err != nil {
		return i, err
	}
	return r.change(ctx, i.ID, "membership.follow", func(now *Invitation) (*store.MemberInvitationState, error) {
		now.Problem, now.Transfer, now.AWS = "", cmp.Or(text(t.Id), now.Transfer), cmp.Or(now.AWS, text(t.ActiveHandshakeId))
		if t.Source != nil {
			now.Account = cmp.Or(now.Account, text(t.Source.ManagementAccountId))
		}
		if t.StartTimestamp != nil {
			first := billing.PeriodOf(*t.StartTimestamp)
			now.FirstMonth = &first
		}
		now.LastMonth = lastMonth(t.EndTimestamp)
		state := string(t.Status)
		over := now.LastMonth != nil && r.now().After(now.LastMonth.End())
		now.Settled = answered(state) && (state != Accepted || over)
		if state == Accepted || state == Withdrawn {
			now.Note = readBy(c, *now)
		}
		if state == now.State {
			return nil, nil
		}
		at := time.Time{}
		if state == Expired {
			at = now.Expires
		}
		return r.came(state, at, ""), nil
	})
}

func lastMonth(end *time.Time) *billing.Period {
	if end == nil || end.IsZero() {
		return nil
	}
	last := billing.PeriodOf(*end)
	return &last
}

// transferOf is what AWS says of a transfer; nil where it does not know it.
func (r *round) transferOf(ctx context.Context, i Invitation) (*types.ResponsibilityTransfer, error) {
	if r.transfers == nil {
		all, err := r.inbound(ctx)
		if err != nil {
			return nil, err
		}
		r.transfers = all
	}
	for id, t := range r.transfers {
		ours := i.Transfer != "" && id == i.Transfer || i.AWS != "" && text(t.ActiveHandshakeId) == i.AWS
		if ours || i.Transfer+i.AWS == "" && isNew(t, i) {
			return &t, nil
		}
	}
	if i.Transfer == "" {
		return nil, nil
	}
	out, err := ask(ctx, r.organization, "DescribeResponsibilityTransfer", func(ctx context.Context) (*organizations.DescribeResponsibilityTransferOutput, error) {
		return r.client.DescribeResponsibilityTransfer(ctx, &organizations.DescribeResponsibilityTransferInput{Id: aws.String(i.Transfer)})
	})
	if isCode(err, "ResponsibilityTransferNotFoundException") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return out.ResponsibilityTransfer, nil
}

// isNew tells whether a transfer is that of an invitation of which it is not known
// whether it was sent.
func isNew(t types.ResponsibilityTransfer, i Invitation) bool {
	return string(t.Status) == Requested && text(t.Name) == i.Name && t.Source != nil &&
		(strings.EqualFold(text(t.Source.ManagementAccountId), i.Target) || strings.EqualFold(text(t.Source.ManagementAccountEmail), i.Target))
}

func (r *round) forgottenTransfer(ctx context.Context, i Invitation) (Invitation, error) {
	now := r.now()
	switch {
	case i.Transfer == "" && i.AWS == "" && now.Sub(i.asked()) < clockGap:
		return i, nil
	case i.Transfer == "" && i.AWS == "":
		return r.change(ctx, i.ID, "membership.follow", func(i *Invitation) (*store.MemberInvitationState, error) {
			i.Settled, i.Problem = true, "it was broken off before it was sent; invite the organization again"
			return r.came(Refused, time.Time{}, i.Problem), nil
		})
	case i.State == Accepted || now.Before(i.Expires):
		return r.troubled(ctx, i, "AWS does not know the transfer "+cmp.Or(i.Transfer, i.AWS)+" any more; see in the AWS billing console what became of it")
	}
	return r.change(ctx, i.ID, "membership.follow", func(i *Invitation) (*store.MemberInvitationState, error) {
		i.Settled, i.Problem = true, ""
		return r.came(Expired, i.Expires, "AWS has forgotten the invitation"), nil
	})
}

// readBy says which export tells which months of an organization whose bills are
// transferred. In the month of the switch there are two: the old one still gets what
// AWS adds to the months before.
func readBy(c billing.Config, i Invitation) string {
	if i.FirstMonth == nil {
		return ""
	}
	sources := func(payer string) string {
		var names []string
		for _, s := range c.Sources {
			if s.Payer == payer {
				names = append(names, s.Name)
			}
		}
		if len(names) == 0 {
			return "the export of " + payer + ", of which no source is declared,"
		}
		return "source " + strings.Join(names, ", ")
	}
	other := cmp.Or(i.Account, i.Target)
	before := fmt.Sprintf("%s tells the months until %s; keep it until the last of them is closed", sources(other), i.FirstMonth.Previous())
	note := fmt.Sprintf("%s; from %s on %s tells them", before, i.FirstMonth, sources(i.Payer))
	if i.LastMonth != nil {
		note += fmt.Sprintf(", until %s", i.LastMonth)
	}
	return note
}

// EndTransfer ends a transfer with the last day of a month. Either side can, and it
// cannot be undone: the organization is invited again.
func (m *Membership) EndTransfer(ctx context.Context, id string, last billing.Period) (Invitation, error) {
	i, err := m.Invitation(ctx, id)
	if err != nil {
		return i, err
	}
	switch {
	case i.Kind != store.InvitedTransfer || i.Transfer == "":
		return i, fmt.Errorf("the invitation of %s is about no transfer that AWS knows; only transfers end with a month", i.Target)
	case i.State != Accepted:
		return i, fmt.Errorf("the transfer of %s is %s; only one that was accepted can be ended", i.Target, i.State)
	case i.FirstMonth != nil && last.Before(*i.FirstMonth):
		return i, &RefusedError{"last_month", fmt.Sprintf("is before the first, %s; name that one or a later one", i.FirstMonth)}
	case last.Before(billing.PeriodOf(m.now())):
		return i, &RefusedError{"last_month", fmt.Sprintf("%s is over; name this month or a later one", last)}
	}
	o, err := m.open(ctx, i.Payer)
	if err != nil {
		return i, err
	}
	_, err = ask(ctx, o, "TerminateResponsibilityTransfer", func(ctx context.Context) (*organizations.TerminateResponsibilityTransferOutput, error) {
		return o.client.TerminateResponsibilityTransfer(ctx, &organizations.TerminateResponsibilityTransferInput{
			Id: aws.String(i.Transfer), EndTimestamp: aws.Time(last.End().Add(-time.Millisecond)),
		})
	})
	i, failed := m.followOne(ctx, o, i)
	return i, errors.Join(err, failed)
}
