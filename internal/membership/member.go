package membership

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// Kinds of event.
const (
	Created  = "created"   // it was made in the payer's organization
	Invited  = "invited"   // it joined by an invitation
	Moved    = "moved"     // it came from another payer that is declared
	Left     = "left"      // it is not there any more; dated by when it was seen last
	Inactive = "suspended" // AWS has suspended it
	Closing  = "closing"   // its owner closes it; it can be opened again for a while
	Closed   = "closed"
	Active   = "active" // it was none of the three above, and is in use again
)

// moveGap is how long an account may be in no organization on its way from one payer
// to another, from when it was missed there.
const moveGap = 48 * time.Hour

// Synced is what reading the members of a payer came to.
type Synced struct {
	Payer   string  `json:"payer"`
	Members int     `json:"members" doc:"How many accounts its organization has"`
	Events  []Event `json:"events" doc:"What was noticed for the first time"`
}

// Sync reads all accounts of a payer's organization, and records what happened since
// the last time.
func (m *Membership) Sync(ctx context.Context, payer string) (Synced, error) {
	o, err := m.open(ctx, payer)
	if err != nil {
		return Synced{}, errors.Join(err, m.noteProblem(ctx, payer, err))
	}
	return m.sync(ctx, o)
}

// noteProblem records why members could not be read, where it is about a declared
// payer.
func (m *Membership) noteProblem(ctx context.Context, payer string, err error) error {
	var refused *RefusedError
	if errors.As(err, &refused) || ctx.Err() != nil {
		return nil
	}
	return m.home.Store.RecordSyncProblem(ctx, payer, m.now(), err.Error())
}

func (m *Membership) sync(ctx context.Context, o *organization) (Synced, error) {
	listed, err := o.accounts(ctx)
	if err != nil {
		return Synced{}, errors.Join(err, m.noteProblem(ctx, o.payer, err))
	}
	at := m.now()
	happened, err := m.home.Store.RecordMembers(ctx, o.payer, at, m.home.User, func(known []store.Member) (store.Seen, int) {
		return seen(known, listed, o.payer, at), len(listed)
	})
	if err != nil {
		return Synced{}, err
	}
	events, err := m.told(ctx, happened)
	return Synced{Payer: o.payer, Members: len(listed), Events: events}, err
}

// SyncAll is Sync for every payer that is reached by a credential. One that fails does
// not stop the others.
func (m *Membership) SyncAll(ctx context.Context) (all []Synced, err error) {
	c, err := m.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range c.Payers {
		if _, ok := credentialOf(c, p.ID); !ok || p.Provider != provider {
			continue
		}
		s, failed := m.Sync(ctx, p.ID)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		all = append(all, s)
	}
	return all, err
}

// seen says what is recorded of accounts that were listed at a time, given all members
// on record.
func seen(known []store.Member, listed []types.Account, payer string, at time.Time) (s store.Seen) {
	here, elsewhere := map[string]store.Member{}, map[string][]store.Member{}
	for _, k := range known {
		if k.Payer == payer {
			here[k.Account] = k
		} else {
			elsewhere[k.Account] = append(elsewhere[k.Account], k)
		}
	}
	there := map[string]bool{}
	for _, a := range listed {
		now := memberOf(a, payer, at)
		there[now.Account] = true
		was, known := here[now.Account]
		if known {
			now.FirstSeen = was.FirstSeen
		}
		s.Changed = append(s.Changed, now)
		switch joined := !known || !was.LeftAt.IsZero() || now.JoinedAt.After(was.JoinedAt); {
		case now.Account == payer:
		case joined:
			e := store.MemberEvent{Payer: payer, Account: now.Account, Kind: joinedBy(now), At: now.JoinedAt, State: now.State}
			if from := cameFrom(elsewhere[now.Account], now); from != nil {
				e.Kind, e.Other = Moved, from.Payer
				if from.LeftAt = now.JoinedAt; from.MissedAt.IsZero() {
					from.MissedAt = at
				}
				s.Changed = append(s.Changed, *from)
			}
			s.Events = append(s.Events, e)
		case was.State != now.State:
			s.Events = append(s.Events, store.MemberEvent{Payer: payer, Account: now.Account, Kind: kindOf(now.State), At: at, State: now.State})
		}
	}
	for _, k := range known {
		if k.Payer == payer && k.LeftAt.IsZero() && !there[k.Account] {
			k.LeftAt, k.MissedAt = k.LastSeen, at
			s.Changed = append(s.Changed, k)
			s.Events = append(s.Events, store.MemberEvent{Payer: payer, Account: k.Account, Kind: Left, At: k.LastSeen, State: k.State})
		}
	}
	return s
}

func memberOf(a types.Account, payer string, at time.Time) store.Member {
	now := store.Member{
		Payer: payer, Account: text(a.Id), Name: text(a.Name), Email: text(a.Email), JoinedBy: string(a.JoinedMethod),
		State:    cmp.Or(string(a.State), string(a.Status)), // State came later, and takes the place of Status
		JoinedAt: at, FirstSeen: at, LastSeen: at,
	}
	if a.JoinedTimestamp != nil {
		now.JoinedAt = a.JoinedTimestamp.UTC().Truncate(time.Microsecond)
	}
	return now
}

func joinedBy(m store.Member) string {
	if m.JoinedBy == string(types.AccountJoinedMethodCreated) {
		return Created
	}
	return Invited
}

func kindOf(state string) string {
	switch types.AccountState(state) {
	case types.AccountStateSuspended:
		return Inactive
	case types.AccountStatePendingClosure:
		return Closing
	case types.AccountStateClosed:
		return Closed
	}
	return Active
}

// cameFrom is where an account was before it joined; nil where it was nowhere, as far
// as is known, or left long ago.
func cameFrom(elsewhere []store.Member, now store.Member) *store.Member {
	var from *store.Member
	for _, k := range elsewhere {
		still := k.LeftAt.IsZero() || now.JoinedAt.Sub(k.MissedAt) <= moveGap
		if k.JoinedAt.Before(now.JoinedAt) && still && (from == nil || k.JoinedAt.After(from.JoinedAt)) {
			from = &k
		}
	}
	return from
}

// Member is an account of a payer's organization, and whose it is.
type Member struct {
	store.Member
	Owner string `json:"owner,omitempty" doc:"Who has the account today, for people; empty where it is nobody's"`
	Group string `json:"group,omitempty" doc:"The billing group that has it today"`
}

// Members returns the accounts of a payer's organization, or of all payers where it is
// empty, as they were seen last; also those that left.
func (m *Membership) Members(ctx context.Context, payer string) ([]Member, error) {
	c, err := m.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	all, err := m.home.Store.Members(ctx, payer)
	if err != nil {
		return nil, err
	}
	owners, today := ownersOf(c), m.home.Today()
	shown := make([]Member, len(all))
	for i, x := range all {
		shown[i].Member = x
		if o := owners.on(x.Account, x.Payer, today); o != nil {
			shown[i].Owner, shown[i].Group = o.String(), o.group()
		}
	}
	return shown, nil
}

// Event is something that happened to an account, and what follows from it.
type Event struct {
	store.MemberEvent
	Day    billing.Day `json:"day" doc:"The day in UTC from which on it counts"`
	Says   string      `json:"says" doc:"What happened, for people"`
	Advice string      `json:"advice,omitempty" doc:"What to do about it as things stand now; empty where nothing is to be done"`
}

// Events returns what happened to accounts of a payer or to one account, where they
// are given, the newest first.
func (m *Membership) Events(ctx context.Context, payer, account string) ([]Event, error) {
	all, err := m.home.Store.MemberEvents(ctx, payer, account)
	if err != nil {
		return nil, err
	}
	return m.told(ctx, all)
}

// told says what follows from events, by what is declared now.
func (m *Membership) told(ctx context.Context, all []store.MemberEvent) ([]Event, error) {
	c, err := m.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	owners := ownersOf(c)
	events := make([]Event, len(all))
	for i, e := range all {
		events[i] = Event{MemberEvent: e, Day: billing.DayOf(e.At)}
		events[i].Says, events[i].Advice = owners.about(e)
	}
	return events, nil
}

// Reading says when the members of a payer were read.
type Reading = store.MemberSync

// Readings returns when the members of each payer were read last, and what went wrong.
func (m *Membership) Readings(ctx context.Context) ([]Reading, error) {
	return m.home.Store.MemberSyncs(ctx)
}

// memberFor finds the account that accepted an invitation among the members of its
// payer: by its id, or by the e-mail address of its root user. It joined after it was
// invited.
func memberFor(all []store.Member, account, email string, since time.Time) (store.Member, bool) {
	i := slices.IndexFunc(all, func(x store.Member) bool {
		same := account != "" && x.Account == account || account == "" && email != "" && strings.EqualFold(x.Email, email)
		return same && x.LeftAt.IsZero() && !x.JoinedAt.Before(since)
	})
	if i < 0 {
		return store.Member{}, false
	}
	return all[i], true
}

// nameOf is an account for people.
func nameOf(account, name string) string {
	if name == "" {
		return account
	}
	return fmt.Sprintf("%s (%s)", account, name)
}
