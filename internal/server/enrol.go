package server

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/identity"
)

// Person is somebody who has a password from the start on, as the people of a demo.
type Person struct {
	Email, Name, Locale, Password string
	Organization, Role            string
}

// Enrol adds a person who can sign in at once; who is there already stays as they
// are. It refuses where the server can be reached from elsewhere: the password is one
// that others know.
func (s *Server) Enrol(ctx context.Context, p Person) error {
	if at, ok := s.listener.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		return fmt.Errorf("%s is enrolled only where the server answers this machine alone, and it listens at %s", p.Email, s.listener.Addr())
	}
	ctx = billing.WithActor(ctx, billing.Actor{Name: "demo", Via: "cli"})
	there, err := s.people.UserByEmail(ctx, p.Email)
	var refused *identity.Error
	link := identity.Link{}
	switch {
	case err == nil && there.Joined:
		return nil
	case err == nil:
		link, err = s.people.InviteAgain(ctx, there.ID)
	case errors.As(err, &refused) && refused.Code == identity.NotFound:
		_, link, err = s.people.Invite(ctx, identity.InvitationOrder{
			Email: p.Email, Name: p.Name, Locale: p.Locale, Grants: []access.Grant{{Organization: p.Organization, Role: p.Role}},
		})
	}
	if err != nil {
		return err
	}
	_, err = s.people.AcceptInvitation(ctx, link.Token, "", p.Password)
	return err
}
