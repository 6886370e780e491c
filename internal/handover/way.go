package handover

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/secret"
)

// The ways by which something is handed over.
const (
	ByMail   = "mail"
	BySFTP   = "sftp"
	ByBucket = "bucket"
	ByFolder = "folder"
	ByPeppol = "peppol"
)

// way is how something is handed over.
type way struct {
	by       string
	scheme   string // of the target; empty where it has none
	operator bool   // only the reseller whose installation it is may have it
	secret   bool   // it needs one
	asks     string // what the secret is, for people
	// check refuses what this way cannot have. The secret is empty where it is not
	// given now.
	check func(h *Handovers, r Route, plain secret.Text) error
	// send hands a parcel over, and says whom or which place has it. What is of no use
	// to be tried again is a *FinalError.
	send func(ctx context.Context, h *Handovers, p parcel) (Receipt, error)
}

// ways lists how something is handed over; another one is a file, and a line here. It
// is a function, since the ways use what uses them.
func ways() []way {
	return []way{mailWay, sftpWay, s3Way, gcsWay, azureWay, folderWay, peppolWay}
}

// Ways are the names of the ways, in the order to offer them.
func Ways() []string {
	var names []string
	for _, w := range ways() {
		if !slices.Contains(names, w.by) {
			names = append(names, w.by)
		}
	}
	return names
}

// wayOf is the way of a wish: what it is by, and for buckets the scheme of its target.
func wayOf(w Wish) (way, bool) {
	scheme, _, found := strings.Cut(w.Target, "://")
	if !found {
		scheme = ""
	}
	all := ways()
	i := slices.IndexFunc(all, func(x way) bool { return x.by == w.By && x.scheme == scheme })
	if i < 0 {
		return way{}, false
	}
	return all[i], true
}

// inPath are what stands in the path of a target for what is handed over.
var inPath = []string{"{customer}", "{what}", "{period}", "{subject}"}

// checkTarget refuses a target that is none: parameters are those it may have.
func checkTarget(r Route, user bool, parameters ...string) (*url.URL, error) {
	u, err := url.Parse(r.Target)
	refuse := func(why string) (*url.URL, error) { return nil, &RefusedError{"target", why} }
	switch {
	case err != nil || u.Opaque != "":
		return refuse("is not well written")
	case u.Fragment != "":
		return refuse("has a part after #, which says nothing")
	case !user && u.User != nil:
		return refuse("holds a user; give what it needs as the secret")
	case user && (u.User == nil || u.User.Username() == ""):
		return refuse("names no user; write sftp://user@host/folder")
	}
	if _, has := u.User.Password(); has {
		return refuse("holds a password; give it as the secret, which is kept sealed")
	}
	for name := range u.Query() {
		if !slices.Contains(parameters, name) {
			return refuse(fmt.Sprintf("has the parameter %.50q; there are %s", name, strings.Join(parameters, ", ")))
		}
	}
	if slices.Contains(strings.Split(u.Path, "/"), "..") {
		return refuse("has .. in its path")
	}
	left := strings.NewReplacer(flatPairs(func(string) string { return "" })...).Replace(u.Path)
	if strings.ContainsAny(left, "{}\x00\r\n") {
		return refuse("has braces in its path that stand for nothing; there are " + strings.Join(inPath, ", "))
	}
	return u, nil
}

func flatPairs(value func(name string) string) []string {
	var pairs []string
	for _, name := range inPath {
		pairs = append(pairs, name, value(name))
	}
	return pairs
}

// folder is the path of a target with what is handed over in it, without slashes at
// its ends. No value leads into another folder.
func (p parcel) folder(target *url.URL) string {
	values := map[string]string{"{customer}": p.route.Customer, "{what}": p.handover.What, "{period}": p.period.String(), "{subject}": p.handover.Subject}
	pairs := flatPairs(func(name string) string {
		value := strings.Map(func(r rune) rune {
			if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
				return '-'
			}
			return r
		}, values[name])
		if strings.Trim(value, ".") == "" {
			return "-"
		}
		return value
	})
	return strings.Trim(path.Clean("/"+strings.NewReplacer(pairs...).Replace(target.Path)), "/")
}
