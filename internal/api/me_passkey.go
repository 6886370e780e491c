package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/identity"
)

// ListPasskeys lists one's own passkeys.
var ListPasskeys = Listing[*Session, struct{}, identity.Passkey]{
	ID: "list-passkeys", Path: "/me/passkeys", Tag: "Me", Title: "List one's passkeys",
	About: "Names, and when they were used.",
	Key:   func(p identity.Passkey) string { return p.ID },
	Do: func(ctx context.Context, s *Session, _ struct{}) ([]identity.Passkey, error) {
		people, err := s.people()
		if err != nil {
			return nil, err
		}
		return people.Passkeys(ctx, s.Who.UserID)
	},
}

// NameInput is a name for something.
type NameInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100"`
	}
}

// BeginPasskey begins to make a passkey.
var BeginPasskey = Operation[*Session, NameInput, Ceremony]{
	ID: "begin-passkey", Method: http.MethodPost, Path: "/me/passkeys", Tag: "Me", Title: "Begin to add a passkey",
	About: "What the browser needs for navigator.credentials.create.",
	Do: func(ctx context.Context, s *Session, in NameInput) (Ceremony, error) {
		people, err := s.asPerson()
		if err != nil {
			return Ceremony{}, err
		}
		handle, options, err := people.BeginPasskey(ctx, s.Who.UserID, in.Body.Name)
		return Ceremony{handle, options}, err
	},
}

// FinishPasskey adds a passkey.
var FinishPasskey = Operation[*Session, PasskeyInput, identity.Passkey]{
	ID: "finish-passkey", Method: http.MethodPut, Path: "/me/passkeys", Tag: "Me", Title: "Add a passkey",
	About: "With what navigator.credentials.create gave.",
	Do: func(ctx context.Context, s *Session, in PasskeyInput) (identity.Passkey, error) {
		people, err := s.asPerson()
		if err != nil {
			return identity.Passkey{}, err
		}
		return people.FinishPasskey(ctx, s.Who.UserID, in.Body.Handle, in.Body.Response)
	},
}

// RenameInput is another name for a passkey.
type RenameInput struct {
	ByID
	NameInput
}

// RenamePasskey names a passkey.
var RenamePasskey = Operation[*Session, RenameInput, Done]{
	ID: "rename-passkey", Method: http.MethodPatch, Path: "/me/passkeys/{id}", Tag: "Me", Title: "Name a passkey",
	About: "Gives it another name.",
	Do: func(ctx context.Context, s *Session, in RenameInput) (Done, error) {
		people, err := s.asPerson()
		if err != nil {
			return Done{}, err
		}
		return Done{true}, people.RenamePasskey(ctx, s.Who.UserID, in.ID, in.Body.Name)
	},
}

// RemovePasskey removes a passkey.
var RemovePasskey = Operation[*Session, ByID, Done]{
	ID: "remove-passkey", Method: http.MethodDelete, Path: "/me/passkeys/{id}", Tag: "Me", Title: "Remove a passkey",
	About: "It cannot be used to sign in from then on.",
	Do: func(ctx context.Context, s *Session, in ByID) (Done, error) {
		people, err := s.asPerson()
		if err != nil {
			return Done{}, err
		}
		return Done{true}, people.RemovePasskey(ctx, s.Who.UserID, in.ID, s.Who.SessionID)
	},
}
