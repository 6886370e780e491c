package source

// What may be the matter with a place, for programs.
const (
	TroubleDenied      = "denied"      // the keys are right, and may not list it
	TroubleNoBucket    = "no-bucket"   // there is none of the name
	TroubleRegion      = "region"      // it lies in another region than the one that was asked
	TroubleKeys        = "keys"        // the keys are wrong, ended, or not there
	TroubleRole        = "role"        // the role cannot be assumed
	TroubleUnreachable = "unreachable" // nobody answers
	TroubleOther       = "cannot-list" // anything else
)

// Trouble says why a bucket could not be listed, and what to do.
type Trouble struct {
	What   string // one of the constants
	Place  string // without query and credentials
	Says   string // what is wrong, for people
	Advice string // what to do
	Region string // where the bucket lies, where the provider has said it

	err error
}

// Error says what is wrong with which place, and what to do.
func (t *Trouble) Error() string {
	return t.Place + " cannot be listed: " + t.Says + "; " + t.Advice
}

// Unwrap returns what the provider's library said.
func (t *Trouble) Unwrap() error { return t.err }
