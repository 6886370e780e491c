package billing

import "context"

// Actor is who does something, as the audit names it: a person, a program with
// a token, a schedule, or whoever runs the command line.
type Actor struct {
	Name    string // the user's e-mail address, the service account's name, the login on the command line
	Via     string // how they came: cli, web, token, schedule
	Address string // from where: an IP address; empty on the command line
	Token   string // id of the session or API token, never the secret itself; empty where there is none
}

type actorKey struct{}

// WithActor returns a context in which everything is done by a.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns who acts in the context; the zero Actor where nobody said.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
