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

// identityCodes are the codes about people that the operations do not have besides.
var identityCodes = []problem{
	{identity.BadCredentials, 0, "The e-mail address or the password is wrong. Which of the two is told to nobody.", "Try again, or ask for a link to set a new password."},
	{identity.BadCode, 0, "The one-time code or recovery code is wrong, or was used before.", "Wait for the next code. The clocks of phone and server must agree."},
	{identity.TooManyTries, 0, "There were too many wrong tries with this e-mail address or from this network.", "Wait for as many seconds as Retry-After says."},
	{identity.SignInExpired, 0, "A sign-in in several steps took too long, or was finished elsewhere.", "Begin again."},
	{identity.InvitationExpired, 0, "The invitation has expired, was used, or was replaced by another one.", "Ask whoever invited you for a new one."},
	{identity.ResetExpired, 0, "The link to set a new password has expired or was used.", "Ask for a new one."},
	{identity.SetUpExpired, 0, "The link to make the first user has expired or was used.", "Start the server again: it prints a new one."},
	{identity.AlreadySetUp, 0, "There is a first user already.", "Sign in, or ask an owner for an invitation."},
	{identity.PasswordTooWeak, 0, "The password is too short, too long, or easily guessed; detail says why.", "Take a few words that do not belong together."},
	{identity.LastOwner, 0, "The last active owner would be gone.", "Make somebody else owner first."},
	{identity.EmailTaken, 0, "Another user has this e-mail address.", "Change that user instead."},
	{identity.EmailInvalid, 0, "That is no e-mail address.", "Write one like ann@example.com."},
	{identity.ChangedMeanwhile, 0, "Somebody else changed the user meanwhile.", "Read the user again, and decide anew."},
	{identity.AlreadyEnrolled, 0, "One-time codes are in use already, or none wait to be confirmed.", "Turn them off first, or begin with a new seed."},
	{identity.PasskeyRefused, 0, "The passkey is not good here.", "Try again, or sign in another way."},
	{identity.SSORefused, 0, "The provider did not confirm who somebody is, or nobody here has that account.", "See Single sign-on in the documentation of the product."},
	{identity.SSOUnreachable, 0, "The provider of single sign-on does not answer.", "Try again later, or sign in another way."},
	{identity.NoOrigin, 0, "The server does not know where browsers reach it.", "Start it with its public address as --origin."},
}

// next is what to do about the codes that all operations have.
var next = map[string]string{
	"invalid":        "Correct the fields that errors names.",
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
}

// problems are all codes of errors, by status.
func problems() []problem {
	var all []problem
	for _, c := range api.Codes() {
		all = append(all, problem{c.Code, c.Status, c.Means, next[c.Code]})
	}
	for _, p := range identityCodes {
		p.Status = (&identity.Error{Code: p.Code}).Status()
		all = append(all, p)
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
