package server

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/identity"
)

// problem is a code of errors, as a page explains it.
type problem struct {
	Code   string
	Status int
	Means  string
	Next   string // what to do
}

// next is what to do about each code.
var next = map[string]string{
	"invalid":        "Correct the fields that errors names.",
	"incomplete":     "Fill in what errors names; ask for the gaps of a document before it is issued.",
	"malformed":      "Send what the operation's description shows. Bodies are UTF-8.",
	"invalid-config": "Correct what errors names; each has the path of the declared thing.",
	"not-signed-in":  "Send a token as Authorization: Bearer, or sign in.",
	"denied":         "Ask whoever manages your users for a role with the permission.",
	"switched-off":   "Ask your reseller.",
	"not-found":      "Look the id up in the list of such things. Ids with a slash are written with %2F.",
	"held":           "Resolve or waive the findings, and close again.",
	"busy":           "Try again in a moment.",
	"refused":        "Do what detail says first.",
	"closed-month":   "Look at what it would change; send force and a reason if that is meant.",
	"already-done":   "Read what came of it; do not send it again.",
	"key-reused":     "Take a new key for each request.",
	"changed":        "Read it again, and send its new ETag.",
	"too-large":      "Send less at once.",
	"unsupported":    "Send application/json, or the type that the operation names.",
	"too-many":       "Wait for as many seconds as Retry-After says.",
	"failed":         "Try again. If it stays, give whoever runs the server the id in instance.",
	"unavailable":    "Wait for as many seconds as Retry-After says.",
	"not-allowed":    "The header Allow of the answer names what can be asked of the address.",

	identity.BadCredentials:    "Try again, or ask for a link to set a new password.",
	identity.BadCode:           "Wait for the next code. The clocks of phone and server must agree.",
	identity.TooManyTries:      "Wait for as many seconds as Retry-After says.",
	identity.SignInExpired:     "Begin again.",
	identity.InvitationExpired: "Ask whoever invited you for a new one.",
	identity.ResetExpired:      "Ask for a new one.",
	identity.SetUpExpired:      "Start the server again: it prints a new one.",
	identity.AlreadySetUp:      "Sign in, or ask an owner for an invitation.",
	identity.PasswordTooWeak:   "Take a few words that do not belong together.",
	identity.LastOwner:         "Make somebody else owner first.",
	identity.EmailTaken:        "Change that user instead.",
	identity.EmailInvalid:      "Write one like ann@example.com.",
	identity.ChangedMeanwhile:  "Read the user again, and decide anew.",
	identity.AlreadyEnrolled:   "Turn them off first, or begin with a new seed.",
	identity.PasskeyRefused:    "Try again, or sign in another way.",
	identity.SSORefused:        "See Single sign-on in the documentation of the product.",
	identity.SSOUnreachable:    "Try again later, or sign in another way.",
	identity.NoOrigin:          "Start it with its public address as --origin.",
}

// problems are all codes of errors, by status.
func problems() []problem {
	var all []problem
	for _, c := range api.Codes() {
		all = append(all, problem{c.Code, c.Status, c.Means, next[c.Code]})
	}
	slices.SortStableFunc(all, func(a, b problem) int { return cmp.Compare(a.Status, b.Status) })
	return all
}

// codesOf are the codes that an operation answers with besides those that every one
// has.
func codesOf(r api.Route) []string {
	var all []string
	add := func(when bool, codes ...string) {
		if when {
			all = append(all, codes...)
		}
	}
	changes := r.Method != http.MethodGet
	add(!r.Open, "not-signed-in")
	add(r.Needs != "", "denied")
	add(r.Feature != "", "switched-off")
	add(strings.Contains(r.Path, "{"), "not-found")
	add(changes || r.List, "invalid")
	add(changes, "malformed", "refused", "changed", "busy")
	add(r.Method == http.MethodPost, "key-reused", "already-done")
	add(r.Open && changes, identity.TooManyTries)
	return all
}
