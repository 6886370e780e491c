package awsstub

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	inviteLasts = 15 * 24 * time.Hour // until a handshake expires
	endedKept   = 30 * 24 * time.Hour // until one that ended is forgotten
)

// Handshake is an invitation: of an account into the organization (INVITE), or of
// another organization to hand over its billing (TRANSFER_RESPONSIBILITY).
type Handshake struct {
	ID         string
	Action     string
	State      string // REQUESTED, OPEN, ACCEPTED, DECLINED, CANCELED, EXPIRED
	TargetType string // ACCOUNT or EMAIL
	Target     string // 12 digits, or the address
	Account    string // who accepted; empty before
	Notes      string
	Requested  time.Time // UTC
	Expires    time.Time
	Ended      time.Time // when it came into its last state; zero before
	Transfer   string    // id of the transfer of billing that it is for
}

// ended tells whether nothing becomes of it any more.
func (h *Handshake) ended() bool { return h.State != "REQUESTED" && h.State != "OPEN" }

// invitation is a handshake and who sent it.
type invitation struct {
	Handshake
	from *Organization
}

func (c calling) output(v *invitation) map[string]any {
	payer := v.from.account(v.from.Payer)
	organization := map[string]any{"Type": "ORGANIZATION", "Value": v.from.ID, "Resources": []any{
		map[string]any{"Type": "MASTER_EMAIL", "Value": payer.Email},
		map[string]any{"Type": "MASTER_NAME", "Value": payer.Name},
		map[string]any{"Type": "ORGANIZATION_FEATURE_SET", "Value": "FULL"},
	}}
	resources := []any{organization, map[string]any{"Type": v.TargetType, "Value": v.Target}}
	if v.Account != "" && v.TargetType == "EMAIL" {
		resources = append(resources, map[string]any{"Type": "ACCOUNT", "Value": v.Account})
	}
	if v.Notes != "" {
		resources = append(resources, map[string]any{"Type": "NOTES", "Value": v.Notes})
	}
	if v.Transfer != "" {
		resources = append(resources, map[string]any{"Type": "RESPONSIBILITY_TRANSFER", "Value": v.Transfer})
	}
	return map[string]any{
		"Id": v.ID, "Arn": fmt.Sprintf("arn:aws:organizations::%s:handshake/%s/%s/%s", v.from.Payer, v.from.ID, strings.ToLower(v.Action), v.ID),
		"Action": v.Action, "State": v.State, "RequestedTimestamp": v.Requested, "ExpirationTimestamp": v.Expires,
		"Parties": []any{
			map[string]any{"Type": "ORGANIZATION", "Id": v.from.ID},
			map[string]any{"Type": v.TargetType, "Id": v.Target},
		},
		"Resources": resources,
	}
}

// settle lets time do its work: invitations expire, and those that ended are
// forgotten after 30 days.
func (c calling) settle() {
	for _, v := range c.invitations {
		if !v.ended() && c.at.After(v.Expires) {
			c.end(v, "EXPIRED", v.Expires)
		}
	}
	c.invitations = slices.DeleteFunc(c.invitations, func(v *invitation) bool { return v.ended() && c.at.After(v.Ended.Add(endedKept)) })
}

// end brings an invitation, and the transfer it is for, into their last states.
func (s *Server) end(v *invitation, state string, at time.Time) {
	v.State, v.Ended = state, at
	if t := s.transfer(v.Transfer); t != nil {
		t.Status = state
	}
}

var handshakeAnswers = map[string]func(calling) (any, error){
	"InviteAccountToOrganization": calling.invite,
	"DescribeHandshake": func(c calling) (any, error) {
		v, err := c.named()
		if err != nil {
			return nil, err
		}
		return map[string]any{"Handshake": c.output(v)}, nil
	},
	"ListHandshakesForOrganization": func(c calling) (any, error) {
		o, err := c.home()
		if err != nil {
			return nil, err
		}
		return c.listHandshakes(func(v *invitation) bool { return v.from == o })
	},
	"ListHandshakesForAccount": func(c calling) (any, error) {
		return c.listHandshakes(func(v *invitation) bool { return c.receives(v) })
	},
	"CancelHandshake":  func(c calling) (any, error) { return c.finish("CANCELED") },
	"DeclineHandshake": func(c calling) (any, error) { return c.finish("DECLINED") },
	"AcceptHandshake":  func(c calling) (any, error) { return c.finish("ACCEPTED") },
}

var accountID = regexp.MustCompile(`^\d{12}$`)

// target is whom an invitation is for, by the input.
func (c calling) target() (kind, id string, err error) {
	party, _ := c.in["Target"].(map[string]any)
	kind, _ = party["Type"].(string)
	id, _ = party["Id"].(string)
	switch {
	case kind == "ORGANIZATION":
		return "", "", Error{Type: "InvalidInputException", Reason: "INVALID_PARTY_TYPE_TARGET", Message: "You specified the wrong type of entity (account, organization, or email) as a party."}
	case kind == "ACCOUNT" && !accountID.MatchString(id):
		return "", "", Error{Type: "InvalidInputException", Reason: "INVALID_PATTERN_TARGET_ID", Message: "You specified a policy target ID that doesn't match the required pattern."}
	case kind == "EMAIL" && !strings.Contains(id, "@"):
		return "", "", Error{Type: "InvalidInputException", Reason: "INVALID_EMAIL_ADDRESS_TARGET", Message: "You specified an invalid email address for the invited account owner."}
	}
	for _, v := range c.invitations {
		if !v.ended() && v.from.Payer == c.caller && v.Action == c.action() && v.TargetType == kind && sameAddress(v.Target, id) {
			return "", "", Error{Type: "DuplicateHandshakeException", Message: "A handshake with the same action and target already exists."}
		}
	}
	return kind, id, nil
}

// action is what the invitation of the input is for: only that of a transfer has a
// name for it.
func (c calling) action() string {
	if c.text("SourceName") != "" {
		return "TRANSFER_RESPONSIBILITY"
	}
	return "INVITE"
}

func (c calling) invite() (any, error) {
	o, err := c.home()
	if err != nil {
		return nil, err
	}
	kind, id, err := c.target()
	if err != nil {
		return nil, err
	}
	for _, a := range o.accounts {
		if a.ID == id || kind == "EMAIL" && sameAddress(a.Email, id) {
			return nil, Error{Type: "HandshakeConstraintViolationException", Reason: "ALREADY_IN_AN_ORGANIZATION", Message: "The handshake request is invalid because the invited account is already a member of an organization."}
		}
	}
	return map[string]any{"Handshake": c.output(c.send(o, kind, id))}, nil
}

// send makes an invitation of the input.
func (c calling) send(from *Organization, kind, id string) *invitation {
	c.serial++
	v := &invitation{Handshake{
		ID: fmt.Sprintf("h-stub%08d", c.serial), Action: c.action(), State: "REQUESTED", TargetType: kind, Target: id,
		Notes: c.text("Notes"), Requested: c.at, Expires: c.at.Add(inviteLasts),
	}, from}
	c.invitations = append(c.invitations, v)
	return v
}

// receives tells whether an invitation is for the account that calls.
func (c calling) receives(v *invitation) bool {
	if v.TargetType == "ACCOUNT" {
		return v.Target == c.caller
	}
	for _, o := range c.organizations {
		if a := o.account(c.caller); a != nil {
			return sameAddress(a.Email, v.Target)
		}
	}
	return sameAddress(c.standalone[c.caller], v.Target)
}

// named is the invitation of the input, for who sent or received it.
func (c calling) named() (*invitation, error) {
	for _, v := range c.invitations {
		if v.ID == c.text("HandshakeId") && (v.from.Payer == c.caller || c.receives(v)) {
			return v, nil
		}
	}
	return nil, Error{Type: "HandshakeNotFoundException", Message: "We can't find a handshake with the HandshakeId that you specified."}
}

func (c calling) listHandshakes(wanted func(*invitation) bool) (any, error) {
	filter, _ := c.in["Filter"].(map[string]any)
	action, _ := filter["ActionType"].(string)
	var all []any
	for _, v := range c.invitations {
		if wanted(v) && (action == "" || action == v.Action) {
			all = append(all, c.output(v))
		}
	}
	return c.page("Handshakes", all)
}

func (c calling) finish(state string) (any, error) {
	v, err := c.named()
	if err != nil {
		return nil, err
	}
	sent := v.from.Payer == c.caller
	switch {
	case v.State == state:
		return nil, Error{Type: "HandshakeAlreadyInStateException", Message: "The specified handshake is already in the requested state."}
	case v.ended():
		return nil, Error{Type: "InvalidHandshakeTransitionException", Message: "You can't perform the operation on the handshake in its current state."}
	case sent != (state == "CANCELED"):
		return nil, Error{Type: "AccessDeniedException", Message: "You don't have permissions to perform the requested operation."}
	}
	if state == "ACCEPTED" {
		c.accept(v, c.caller)
	} else {
		c.end(v, state, c.at)
	}
	return map[string]any{"Handshake": c.output(v)}, nil
}

// accept has an account accept: it joins, from wherever it was, or its bills go over
// to the sender.
func (s *Server) accept(v *invitation, account string) {
	v.Account = account
	s.end(v, "ACCEPTED", s.now())
	if v.Action != "INVITE" {
		if t := s.transfer(v.Transfer); t != nil {
			t.Source = account
		}
		return
	}
	a := Account{ID: account, Email: s.standalone[account]}
	for _, o := range s.organizations {
		if was, there := o.remove(account); there {
			a = was
		}
	}
	if v.TargetType == "EMAIL" {
		a.Email = v.Target
	}
	a.Joined, a.Method = s.now(), "INVITED"
	v.from.add(a)
}

// Standalone makes an account that is in no organization known by its address, so
// that it can find the invitations sent there.
func (s *Server) Standalone(account, email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.standalone[account] = email
}

// Handshakes are all that are not forgotten, oldest first. Time that went by is
// counted first.
func (o *Organization) Handshakes() []Handshake {
	var all []Handshake
	o.server.withInvitations(func(list []*invitation) {
		for _, v := range list {
			if v.from == o {
				all = append(all, v.Handshake)
			}
		}
	})
	return all
}

// Open has an invitation wait for its sender instead of who was invited; as Accept
// and those that follow, it is false where there is none that could.
func (o *Organization) Open(handshake string) bool {
	return o.change(handshake, func(v *invitation) { v.State = "OPEN" })
}

// Accept accepts an invitation as an account, which one sent to an e-mail address
// does not say; it may be empty for one that does.
func (o *Organization) Accept(handshake, account string) bool {
	return o.change(handshake, func(v *invitation) {
		if account == "" {
			account = v.Target
		}
		o.server.accept(v, account)
	})
}

// Decline declines an invitation.
func (o *Organization) Decline(handshake string) bool {
	return o.change(handshake, func(v *invitation) { o.server.end(v, "DECLINED", o.server.now()) })
}

// CancelElsewhere cancels an invitation as somebody does in AWS's own console.
func (o *Organization) CancelElsewhere(handshake string) bool {
	return o.change(handshake, func(v *invitation) { o.server.end(v, "CANCELED", o.server.now()) })
}

// Expire has an invitation expire now.
func (o *Organization) Expire(handshake string) bool {
	return o.change(handshake, func(v *invitation) {
		v.Expires = o.server.now()
		o.server.end(v, "EXPIRED", v.Expires)
	})
}

// Forget deletes an invitation, in whatever state, as AWS does 30 days after it
// ended.
func (o *Organization) Forget(handshake string) bool {
	found := false
	o.server.withInvitations(func([]*invitation) {
		o.server.invitations = slices.DeleteFunc(o.server.invitations, func(v *invitation) bool {
			match := v.from == o && v.ID == handshake
			found = found || match
			return match
		})
	})
	return found
}

func (o *Organization) change(handshake string, by func(*invitation)) bool {
	changed := false
	o.server.withInvitations(func(list []*invitation) {
		for _, v := range list {
			if v.from == o && v.ID == handshake && !v.ended() {
				by(v)
				changed = true
			}
		}
	})
	return changed
}

func (s *Server) withInvitations(do func([]*invitation)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	calling{Server: s, at: s.now()}.settle()
	do(s.invitations)
}
