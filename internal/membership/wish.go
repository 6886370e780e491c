package membership

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/mapping"
	"github.com/sluice-billing/sluice/internal/sheet"
	"github.com/sluice-billing/sluice/internal/store"
)

// The longest texts that AWS takes, in characters.
const (
	longestEmail = 64
	longestNotes = 1024
	longestName  = 50
)

// Ids of AWS Partner Central.
var (
	relationshipID   = regexp.MustCompile(`^rs-[a-z0-9]{13}$`)
	programAccountID = regexp.MustCompile(`^pma-[a-z0-9]{13}$`)
	accountID        = regexp.MustCompile(`^[0-9]{12}$`)
)

func isAccount(target string) bool { return accountID.MatchString(target) }

// targetKind is how AWS calls what is invited.
func targetKind(target string) string {
	if isAccount(target) {
		return targetAccount
	}
	return targetEmail
}

// check refuses what nobody can be invited by.
func (w Wish) check(c billing.Config) error {
	if err := isPayer(c, w.Payer); err != nil {
		return err
	}
	if err := checkTarget(w.Target); err != nil {
		return err
	}
	switch {
	case w.Target == w.Payer:
		return &RefusedError{"target", "is the payer itself; name another account"}
	case utf8.RuneCountInString(w.Notes) > longestNotes:
		return &RefusedError{"notes", fmt.Sprintf("have more than %d characters; shorten them", longestNotes)}
	case utf8.RuneCountInString(w.Name) > longestName:
		return &RefusedError{"name", fmt.Sprintf("has more than %d characters; shorten it", longestName)}
	case w.Customer != "" && !slices.ContainsFunc(c.Customers, func(x billing.Customer) bool { return x.ID == w.Customer }):
		return &RefusedError{"customer", fmt.Sprintf("%.200q is not declared; declare it first, or name another one", w.Customer)}
	}
	if w.Language != "" {
		if _, err := language.Parse(w.Language); err != nil {
			return &RefusedError{"language", fmt.Sprintf("%.50q is no language; write it as en, ja or zh-TW", w.Language)}
		}
	}
	return w.Partner.check()
}

func checkTarget(target string) error {
	if isAccount(target) {
		return nil
	}
	if strings.Trim(target, "0123456789-") == "" {
		return &RefusedError{"target", "is no account of AWS; write its 12 digits, with the zeros at the beginning"}
	}
	parsed, err := mail.ParseAddress(target)
	if err != nil || parsed.Address != target || utf8.RuneCountInString(target) > longestEmail {
		return &RefusedError{"target", fmt.Sprintf("%.100q is neither an account of 12 digits nor an e-mail address of at most %d characters; write one of the two", target, longestEmail)}
	}
	return nil
}

func (p Partner) check() error {
	if p.Relationship != "" && !relationshipID.MatchString(p.Relationship) {
		return &RefusedError{"relationship", "is no id of a relationship in AWS Partner Central; copy it from there: rs- and 13 small letters or digits"}
	}
	if p.ProgramAccount != "" && !programAccountID.MatchString(p.ProgramAccount) {
		return &RefusedError{"program_account", "is no id of a program management account in AWS Partner Central; copy it from there: pma- and 13 small letters or digits"}
	}
	return nil
}

// place is what the configuration makes of an account that a billing group is to have.
type place struct {
	group  billing.BillingGroup // empty where the wish names neither group nor customer
	row    mapping.Row
	wanted billing.Config // what changes when it is registered
}

// placed finds the billing group of a wish, and who has the account now. The error says
// that there is no such group, or that somebody else has it (R2).
func (w Wish) placed(c billing.Config) (place, error) {
	if w.Group == "" && w.Customer == "" {
		return place{}, nil
	}
	account := ""
	if isAccount(w.Target) {
		account = w.Target
	}
	p := w.tried(c, account, w.From)
	if o := p.row.Owner; w.From == nil && p.row.State == mapping.Refused && o != nil && o.To != nil {
		p = w.tried(c, account, o.To) // whoever had it has it no more from then on
	}
	i := slices.IndexFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == p.row.Group })
	switch {
	case p.row.State == mapping.Refused && p.row.Owner != nil && i >= 0:
		return p, fmt.Errorf("account %s %s", w.Target, p.row.Problem)
	case p.row.State == mapping.Refused:
		return p, &RefusedError{"group", p.row.Problem}
	}
	p.group = c.BillingGroups[i]
	return p, nil
}

func (w Wish) tried(c billing.Config, account string, from *billing.Day) place {
	m := mapping.Map(c, []sheet.AccountRow{{Row: 1, Account: account, Name: w.Name, Group: w.Group, Customer: w.Customer, From: from}}, mapping.Defaults{})
	return place{row: m.Rows[0], wanted: m.Wanted}
}

// isMember refuses to invite who is in the payer's organization already, and names who
// has the account.
func isMember(all []store.Member, owners owners, w Wish, today billing.Day) error {
	for _, x := range all {
		if !x.LeftAt.IsZero() || x.Account != w.Target && !strings.EqualFold(x.Email, w.Target) {
			continue
		}
		whose := "it is nobody's yet; give it to a billing group instead"
		if o := owners.on(x.Account, x.Payer, today); o != nil {
			whose = "it is that of " + o.String()
		}
		return fmt.Errorf("account %s is in the organization of payer %s since %s already; %s", nameOf(x.Account, x.Name), x.Payer, billing.DayOf(x.JoinedAt), whose)
	}
	return nil
}
