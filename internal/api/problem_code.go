package api

// Code is a code of errors, with the status that it comes with and what it means.
type Code struct {
	Code   string
	Status int
	Means  string
}

// Codes are the codes of all operations; those of signing in are beside them, in
// package identity.
func Codes() []Code {
	all := make([]Code, len(codes))
	for i, c := range codes {
		all[i] = Code{c.code, c.status, c.means}
	}
	return all
}
