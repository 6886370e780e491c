package awsstub

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Organization is one of AWS Organizations, with accounts, invitations and transfers
// of billing that outlive the calls. As soon as there is one, the published examples
// answer no operation that it knows.
type Organization struct {
	ID    string // such as o-stub111111111111
	Payer string // its management account, 12 digits

	server   *Server
	accounts []*Account
	created  map[string]string // account by id of the request that created it
}

// Account is an account of an organization. States are those of AWS:
// PENDING_ACTIVATION, ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED.
type Account struct {
	ID     string // 12 digits
	Name   string
	Email  string
	State  string    // ACTIVE where it is left out
	Method string    // how it joined: INVITED (where it is left out) or CREATED
	Joined time.Time // UTC; by the server's clock where it is left out
}

// Organization returns the organization of a management account, and makes it, with
// this account alone, where there is none. The first one's payer becomes the account
// of Config and Env.
func (s *Server) Organization(payer string) *Organization {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.organizations {
		if o.Payer == payer {
			return o
		}
	}
	o := &Organization{ID: "o-stub" + payer, Payer: payer, server: s, created: map[string]string{}}
	o.add(Account{ID: payer, Name: "Payer " + payer, Email: "payer-" + payer + "@example.com"})
	if len(s.organizations) == 0 {
		s.caller = payer
	}
	s.organizations = append(s.organizations, o)
	return o
}

// Add puts an account into the organization.
func (o *Organization) Add(a Account) {
	o.server.mu.Lock()
	defer o.server.mu.Unlock()
	o.add(a)
}

func (o *Organization) add(a Account) {
	if a.State == "" {
		a.State = "ACTIVE"
	}
	if a.Method == "" {
		a.Method = "INVITED"
	}
	if a.Joined.IsZero() {
		a.Joined = o.server.now()
	}
	if a.Name == "" {
		a.Name = "Account " + a.ID
	}
	if a.Email == "" {
		a.Email = "account-" + a.ID + "@example.com"
	}
	o.accounts = append(o.accounts, &a)
}

// Remove takes an account out, as if it left; it is false where it is not there.
func (o *Organization) Remove(account string) bool {
	o.server.mu.Lock()
	defer o.server.mu.Unlock()
	_, there := o.remove(account)
	return there
}

func (o *Organization) remove(account string) (Account, bool) {
	for i, a := range o.accounts {
		if a.ID == account {
			o.accounts = slices.Delete(o.accounts, i, i+1)
			return *a, true
		}
	}
	return Account{}, false
}

// Move takes an account out and puts it into another organization, where it joins
// now, by the server's clock. It is false where it is not there.
func (o *Organization) Move(account string, to *Organization) bool {
	o.server.mu.Lock()
	defer o.server.mu.Unlock()
	a, there := o.remove(account)
	if there {
		a.Joined, a.Method = o.server.now(), "INVITED"
		to.add(a)
	}
	return there
}

// SetState gives an account another state; it is false where it is not there.
func (o *Organization) SetState(account, state string) bool {
	o.server.mu.Lock()
	defer o.server.mu.Unlock()
	a := o.account(account)
	if a != nil {
		a.State = state
	}
	return a != nil
}

// Accounts are those of the organization, in the order in which they came.
func (o *Organization) Accounts() []Account {
	o.server.mu.Lock()
	defer o.server.mu.Unlock()
	var all []Account
	for _, a := range o.accounts {
		all = append(all, *a)
	}
	return all
}

func (o *Organization) account(id string) *Account {
	for _, a := range o.accounts {
		if a.ID == id {
			return a
		}
	}
	return nil
}

func (o *Organization) rootID() string { return "r-" + o.Payer }

func (o *Organization) arn(kind, id string) string {
	return fmt.Sprintf("arn:aws:organizations::%s:%s/%s/%s", o.Payer, kind, o.ID, id)
}

// output is an account as AWS tells it: with State, and Status as long as AWS does.
func (o *Organization) output(a *Account) map[string]any {
	told := map[string]any{
		"Id": a.ID, "Arn": o.arn("account", a.ID), "Name": a.Name, "Email": a.Email,
		"State": a.State, "JoinedMethod": a.Method, "JoinedTimestamp": a.Joined,
	}
	if status, there := map[string]string{"ACTIVE": "ACTIVE", "SUSPENDED": "SUSPENDED", "CLOSED": "SUSPENDED", "PENDING_CLOSURE": "PENDING_CLOSURE"}[a.State]; there {
		told["Status"] = status
	}
	return told
}

// calling is an operation in work, by an account, with the server's lock held.
type calling struct {
	*Server
	caller string
	in     map[string]any
	at     time.Time
}

func (c calling) text(name string) string {
	value, _ := c.in[name].(string)
	return value
}

// home is the organization whose management account calls.
func (c calling) home() (*Organization, error) {
	for _, o := range c.organizations {
		if o.Payer == c.caller {
			return o, nil
		}
		if o.account(c.caller) != nil {
			return nil, Error{Type: "AccessDeniedException", Message: "You don't have permissions to access this resource."}
		}
	}
	return nil, Error{Type: "AWSOrganizationsNotInUseException", Message: "Your account is not a member of an organization."}
}

// stateful is the handler that answers an operation by organizations and roles; nil
// where there is none.
func (s *Server) stateful(caller string, sv *service, op *operation) Handler {
	if sv.name == "sts" {
		return s.stsHandler(caller, op)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := organizationAnswers[op.name]
	if answer == nil {
		answer = handshakeAnswers[op.name]
	}
	if answer == nil {
		answer = transferAnswers[op.name]
	}
	if sv.name != "organizations" || len(s.organizations) == 0 || answer == nil {
		return nil
	}
	return func(in map[string]any) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		c := calling{s, caller, in, s.now()}
		c.settle()
		return answer(c)
	}
}

var organizationAnswers = map[string]func(calling) (any, error){
	"DescribeOrganization": calling.describeOrganization,
	"ListRoots": func(c calling) (any, error) {
		o, err := c.home()
		if err != nil {
			return nil, err
		}
		return map[string]any{"Roots": []any{map[string]any{"Id": o.rootID(), "Arn": o.arn("root", o.rootID()), "Name": "Root"}}}, nil
	},
	"ListAccounts": calling.listAccounts,
	"ListAccountsForParent": func(c calling) (any, error) {
		if o, err := c.home(); err == nil && c.text("ParentId") != o.rootID() {
			return nil, Error{Type: "ParentNotFoundException", Message: "You specified a root or OU that doesn't exist."}
		}
		return c.listAccounts()
	},
	"DescribeAccount": func(c calling) (any, error) {
		o, a, err := c.member()
		if err != nil {
			return nil, err
		}
		return map[string]any{"Account": o.output(a)}, nil
	},
	"RemoveAccountFromOrganization": func(c calling) (any, error) {
		o, a, err := c.member()
		if err != nil {
			return nil, err
		}
		if a.ID == o.Payer {
			return nil, Error{Type: "MasterCannotLeaveOrganizationException", Message: "You can't remove a management account from an organization."}
		}
		o.remove(a.ID)
		return map[string]any{}, nil
	},
	"CloseAccount": func(c calling) (any, error) {
		_, a, err := c.member()
		if err != nil {
			return nil, err
		}
		a.State = "PENDING_CLOSURE"
		return map[string]any{}, nil
	},
	"LeaveOrganization": func(c calling) (any, error) {
		for _, o := range c.organizations {
			if o.Payer == c.caller {
				return nil, Error{Type: "MasterCannotLeaveOrganizationException", Message: "You can't remove a management account from an organization."}
			}
			if _, there := o.remove(c.caller); there {
				return map[string]any{}, nil
			}
		}
		return nil, Error{Type: "AWSOrganizationsNotInUseException", Message: "Your account is not a member of an organization."}
	},
	"CreateAccount": calling.createAccount,
	"DescribeCreateAccountStatus": func(c calling) (any, error) {
		o, err := c.home()
		if err != nil {
			return nil, err
		}
		account := o.created[c.text("CreateAccountRequestId")]
		if account == "" {
			return nil, Error{Type: "CreateAccountStatusNotFoundException", Message: "We can't find a create account request with the CreateAccountRequestId that you specified."}
		}
		return map[string]any{"CreateAccountStatus": map[string]any{"Id": c.text("CreateAccountRequestId"), "AccountId": account, "State": "SUCCEEDED"}}, nil
	},
}

func (c calling) describeOrganization() (any, error) {
	for _, o := range c.organizations {
		if a := o.account(o.Payer); a != nil && o.account(c.caller) != nil {
			return map[string]any{"Organization": map[string]any{
				"Id": o.ID, "Arn": fmt.Sprintf("arn:aws:organizations::%s:organization/%s", o.Payer, o.ID), "FeatureSet": "ALL",
				"MasterAccountId": o.Payer, "MasterAccountArn": o.arn("account", o.Payer), "MasterAccountEmail": a.Email,
			}}, nil
		}
	}
	return nil, Error{Type: "AWSOrganizationsNotInUseException", Message: "Your account is not a member of an organization."}
}

func (c calling) listAccounts() (any, error) {
	o, err := c.home()
	if err != nil {
		return nil, err
	}
	var all []any
	for _, a := range o.accounts {
		all = append(all, o.output(a))
	}
	return c.page("Accounts", all)
}

// member is the account that the input names.
func (c calling) member() (*Organization, *Account, error) {
	o, err := c.home()
	if err != nil {
		return nil, nil, err
	}
	a := o.account(c.text("AccountId"))
	if a == nil {
		return nil, nil, Error{Type: "AccountNotFoundException", Message: "You specified an account that doesn't exist."}
	}
	return o, a, nil
}

func (c calling) createAccount() (any, error) {
	o, err := c.home()
	if err != nil {
		return nil, err
	}
	c.serial++
	account, request := fmt.Sprintf("9%011d", c.serial), fmt.Sprintf("car-stub%08d", c.serial)
	o.add(Account{ID: account, Name: c.text("AccountName"), Email: c.text("Email"), Method: "CREATED"})
	o.created[request] = account
	return map[string]any{"CreateAccountStatus": map[string]any{
		"Id": request, "AccountName": c.text("AccountName"), "State": "IN_PROGRESS", "RequestedTimestamp": c.at,
	}}, nil
}

var pageToken = regexp.MustCompile(`^stub-page-(\d{1,9})$`)

// page is the part of a list that the input's NextToken and MaxResults ask for.
func (c calling) page(name string, all []any) (any, error) {
	from, size := 0, c.pageSize
	if token := c.text("NextToken"); token != "" {
		parts := pageToken.FindStringSubmatch(token)
		if parts == nil {
			return nil, Error{Type: "InvalidInputException", Reason: "INVALID_PAGINATION_TOKEN", Message: "Get the value for the NextToken parameter from the response to a previous call of the operation."}
		}
		from, _ = strconv.Atoi(parts[1]) // digits alone
	}
	if most, ok := c.in["MaxResults"].(json.Number); ok {
		if n, err := strconv.Atoi(most.String()); err == nil {
			size = min(size, n)
		}
	}
	from = min(from, len(all))
	to := min(from+size, len(all))
	shown := map[string]any{name: append([]any{}, all[from:to]...)}
	if to < len(all) {
		shown["NextToken"] = "stub-page-" + strconv.Itoa(to)
	}
	return shown, nil
}

// sameAddress compares e-mail addresses as AWS does, whatever the case.
func sameAddress(a, b string) bool { return strings.EqualFold(a, b) }
