package explore

import (
	"fmt"
	"slices"
	"strings"
)

// Dimension is something that sums are divided by or filtered by: one of Dimensions,
// or a tag, written tag:KEY, with the key as price rules and claims write it.
type Dimension string

// The dimensions that are not tags. A charge has one value of each; empty text where
// it has none.
const (
	Provider     Dimension = "provider"
	Payer        Dimension = "payer"
	Customer     Dimension = "customer" // of the group, when the month was rated
	Group        Dimension = "group"    // the billing group that pays, or reseller or unassigned
	Owner        Dimension = "owner"    // the billing group that used it; another than the group where that sells on
	Account      Dimension = "account"
	AccountName  Dimension = "account_name" // as declared, else as in the provider's file
	Service      Dimension = "service"
	Region       Dimension = "region"
	UsageType    Dimension = "usage_type" // divides by the unit, too
	Category     Dimension = "category"   // Usage, Purchase, Tax, Credit or Adjustment
	Class        Dimension = "class"      // usage, commitment-fee, marketplace, entry, tax or managed
	Place        Dimension = "place"      // usage or marketplace on the invoice; entry, tax, excluded or off
	Commitment   Dimension = "commitment"
	Treatment    Dimension = "treatment"     // what commitments did to it
	MarginSource Dimension = "margin_source" // the sources of package earnings; see Row

	tagMark = "tag:"
)

// dimensions are all dimensions but tags, and those whose values customers may see of
// themselves.
var (
	dimensions = []Dimension{Provider, Payer, Customer, Group, Owner, Account, AccountName, Service, Region, UsageType, Category, Class, Place, Commitment, Treatment, MarginSource}
	shown      = []Dimension{Group, Account, AccountName, Service, Region, UsageType}
)

// Dimensions are the names of what sums can be divided by, but for tags.
func Dimensions() []Dimension { return slices.Clone(dimensions) }

// ShownDimensions are those of them that prices are divided by for customers.
func ShownDimensions() []Dimension { return slices.Clone(shown) }

// Tag is the dimension of a tag.
func Tag(key string) Dimension { return Dimension(tagMark + key) }

// tag is the key of a tag's dimension.
func (d Dimension) tag() (key string, ok bool) { return strings.CutPrefix(string(d), tagMark) }

// check refuses what is none of the known dimensions, and no tag.
func (d Dimension) check(known []Dimension) error {
	if key, ok := d.tag(); ok {
		if key == "" {
			return wrong("%q names no tag; write tag:KEY", string(d))
		}
		return nil
	}
	if slices.Contains(known, d) {
		return nil
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return wrong("usage is not summed by %q; use %s or tag:KEY", string(d), strings.Join(names, ", "))
}

// InvalidError is a question that cannot be understood, or asks for too much.
type InvalidError struct{ Reason string }

// Error says why, and what can be asked.
func (e *InvalidError) Error() string { return e.Reason }

func wrong(format string, values ...any) error { return &InvalidError{fmt.Sprintf(format, values...)} }
