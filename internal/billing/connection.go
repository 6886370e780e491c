package billing

// OwnProvider is a provider that Sluice knows nothing of by itself, such as a
// private cloud or a software vendor whose bills are pushed or collected.
type OwnProvider struct {
	ID   string `json:"id"`   // as payers, credentials and backends name it
	Name string `json:"name"` // printed
}

// Provider returns a provider by its id: one of those that Sluice knows, else one
// that is declared. Of the latter only the name is known.
func (c Config) Provider(id string) (Provider, bool) {
	if p, ok := ProviderOf(id); ok {
		return p, true
	}
	for _, own := range c.Providers {
		if own.ID == id {
			return Provider{ID: own.ID, Name: own.Name}, true
		}
	}
	return Provider{}, false
}

// Kinds of source that have no place: what they tell is asked for, or sent.
const (
	FromBackend = "backend"
	Pushed      = "pushed"
)

// What a credential is for.
const (
	// PricingCredential reads what a paying account has: bills and price lists.
	PricingCredential = "pricing"
	// AccountCredential is of one account that is used: it says which one is the
	// unit's, and is asked where no pricing credential is nearer.
	AccountCredential = "account"
)

// Credential is by what Sluice comes into an account at a provider or vendor, and
// whose it is. What is secret of it is kept sealed, beside the configuration, under
// SecretName.
type Credential struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Organization has it: reseller, a customer's id, or customer/unit. Who needs one
	// of a provider takes its own, else its customer's, else the reseller's.
	Organization string `json:"organization"`
	Purpose      string `json:"purpose"`  // pricing | account
	Provider     string `json:"provider"` // such as aws
	// Schema says which fields it has: aws-role, aws-key, aws-account, or, for a vendor,
	// the backend's, as backend/<name>.
	Schema string            `json:"schema"`
	Fields map[string]string `json:"fields,omitempty"` // those that are no secret
	// Account is the provider's id of the account that it is of.
	Account string `json:"account,omitempty"`
	// BillingOnly says that the account is known by its id alone: there are no keys, and
	// its bills come with those of a pricing credential.
	BillingOnly bool `json:"billing_only,omitempty"`
}

// SecretName is under which name the secret fields of a credential are kept, as a
// JSON object of texts.
func (c Credential) SecretName() string { return "credential/" + c.ID }

// Backend is a program that tells what a vendor charges, over gRPC.
type Backend struct {
	Name string `json:"name"`
	// Address is where it listens: grpc://host:port, grpcs://host:port (TLS), or
	// unix:///path of its socket.
	Address string `json:"address"`
	// Protocol it speaks: sluice (default), cloudforet for cost-analysis plugins, or
	// cloudforet-billing for plugins of SpaceONE 1.5.
	Protocol string `json:"protocol,omitempty"`
	Provider string `json:"provider"` // whose lines it tells
	// Currency of rows that name none; what the backend says of itself where it is
	// left out.
	Currency string `json:"currency,omitempty"`
	// Options are the backend's own. Cloudforet plugins get true, false and whole
	// numbers as such.
	Options map[string]string `json:"options,omitempty"`
	// Bounds of one collection of one month; 0 is the default.
	IdleSeconds int   `json:"idle_seconds,omitempty"` // without an answer; 60
	MostRows    int64 `json:"most_rows,omitempty"`    // 5,000,000
}

// Conditions of a source rule.
const (
	AllConditions = "all"
	AnyCondition  = "any"
	Always        = "always"
)

// SourceRule says whose rows are that a backend or a push tells: the first of all
// declared that holds decides, unless it lets others go on. Rules are asked in the
// order of their ids; those that come with a backend are asked before them.
type SourceRule struct {
	ID     string `json:"id"`
	Source string `json:"source,omitempty"` // of this source only
	// When says which of the conditions must hold: all (default), any, or always, with
	// none.
	When       string            `json:"when,omitempty"`
	Conditions []SourceCondition `json:"conditions,omitempty"`
	GiveTo     RowOwner          `json:"give_to"`
	// GoOn lets later rules change what this one says.
	GoOn bool `json:"go_on,omitempty"`
}

// SourceCondition looks at one value of a row. Exactly one of its tests is given; a
// value that is not there holds for none of them.
type SourceCondition struct {
	// Field is account, account_name, service, region, usage_type, resource,
	// description, category, or tag:<key>.
	Field       string `json:"field"`
	Is          string `json:"is,omitempty"`
	Not         string `json:"not,omitempty"`
	Contains    string `json:"contains,omitempty"` // whatever the case
	NotContains string `json:"not_contains,omitempty"`
}

// RowOwner is to whom rows are given: exactly one of its fields is set.
type RowOwner struct {
	Account  string `json:"account,omitempty"`  // the rows are of that account
	Project  string `json:"project,omitempty"`  // customer/unit: of the unit's own account, which has its name
	Customer string `json:"customer,omitempty"` // of the customer's own account, which has its id
}

// AccountID is the account that rows are of that are given so. A customer and a unit
// have an account of their name, which their billing groups claim.
func (o RowOwner) AccountID() string { return o.Account + o.Project + o.Customer }

// Collection says when a server reads all sources anew by itself, whether a month is
// being closed or not.
type Collection struct {
	At     string `json:"at,omitempty"`     // time of day, UTC; 00:30
	Months int    `json:"months,omitempty"` // how many, the current one first; 2
	// Requests is how often a day each source may be read when somebody asks for it; 2.
	Requests int `json:"requests,omitempty"`
}
