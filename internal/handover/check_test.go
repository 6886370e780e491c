package handover

import (
	"errors"
	"net/url"
	"path"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/webhook"
)

// onlyPublic is a way in which nothing inside is reached.
func onlyPublic(material Material) *Handovers {
	return New(nil, nil, nil, material, Options{})
}

func TestRefusedRoutes(t *testing.T) {
	w := newWorld(t)
	public := onlyPublic(w.material)
	key := "SHA256:" + strings.Repeat("A", 43)
	drop := func(by, target string) Wish {
		return Wish{What: []string{"invoice"}, Formats: []string{"pdf"}, By: by, When: When{On: OnPublish}, Target: target}
	}
	for name, c := range map[string]struct {
		field  string
		wish   Wish
		secret string
	}{
		"no kind":            {"what", mailWish(func(x *Wish) { x.What = nil }), ""},
		"unknown kind":       {"what", mailWish(func(x *Wish) { x.What = []string{"gift"} }), ""},
		"kind twice":         {"what", mailWish(func(x *Wish) { x.What = []string{"invoice", "invoice"} }), ""},
		"no format":          {"formats", mailWish(func(x *Wish) { x.Formats = nil }), ""},
		"reminder by folder": {"what", Wish{What: []string{"reminder"}, Formats: []string{"pdf"}, By: ByFolder, When: When{On: OnPublish}, Target: "file:///srv"}, ""},
		"data by peppol":     {"what", Wish{What: []string{"focus"}, Formats: []string{"csv"}, By: ByPeppol, When: When{On: OnPublish}}, ""},
		"two by peppol":      {"formats", Wish{What: []string{"invoice"}, Formats: []string{"ubl", "cii"}, By: ByPeppol, When: When{On: OnPublish}}, ""},
		"unknown way":        {"by", mailWish(func(x *Wish) { x.By = "pigeon" }), ""},
		"ftp":                {"by", drop(BySFTP, "ftp://acme@example.com/"), "p"},
		"no time":            {"when", mailWish(func(x *Wish) { x.When = When{} }), ""},
		"31st":               {"when", mailWish(func(x *Wish) { x.When = When{On: Monthly, Day: 31} }), ""},
		"unknown zone":       {"when", mailWish(func(x *Wish) { x.When = When{On: Daily, Zone: "Mars/Base"} }), ""},
		"hour on publish":    {"when", mailWish(func(x *Wish) { x.When.Hour = 5 }), ""},
		"nobody":             {"to", mailWish(func(x *Wish) { x.To = nil }), ""},
		"name":               {"to", mailWish(func(x *Wish) { x.To = []string{"Ann <ann@example.com>"} }), ""},
		"header":             {"cc", mailWish(func(x *Wish) { x.Cc = []string{"ann@example.com\r\nBcc: eve@example.com"} }), ""},
		"many":               {"to", mailWish(func(x *Wish) { x.Cc = strings.Fields(strings.Repeat("a@example.com ", 50)) }), ""},
		"links for ever":     {"link_days", mailWish(func(x *Wish) { x.LinkDays = 1000 }), ""},
		"links by folder":    {"to", drop(ByFolder, "file:///srv").with(func(x *Wish) { x.LinkDays = 1 }), ""},
		"mail with a secret": {"secret", mailWish(), "p"},
		"host of folder":     {"target", drop(ByFolder, "file://server/share"), ""},
		"folder above":       {"target", drop(ByFolder, "file:///srv/../etc"), ""},
		"no host key":        {"host_key", drop(BySFTP, "sftp://acme@sftp.example.com/in"), "p"},
		"md5 host key":       {"host_key", drop(BySFTP, "sftp://acme@sftp.example.com/in").with(func(x *Wish) { x.HostKey = "MD5:aa:bb" }), "p"},
		"host key of mail":   {"host_key", mailWish(func(x *Wish) { x.HostKey = key }), ""},
		"no user":            {"target", drop(BySFTP, "sftp://sftp.example.com/in").with(func(x *Wish) { x.HostKey = key }), "p"},
		"password":           {"target", drop(BySFTP, "sftp://acme:pw@sftp.example.com/in").with(func(x *Wish) { x.HostKey = key }), "p"},
		"no password":        {"secret", drop(BySFTP, "sftp://acme@sftp.example.com/in").with(func(x *Wish) { x.HostKey = key }), ""},
		"bad private key":    {"secret", drop(BySFTP, "sftp://acme@sftp.example.com/in").with(func(x *Wish) { x.HostKey = key }), "-----BEGIN nothing"},
		"unknown brace":      {"target", drop(ByBucket, "s3://b/{customer}/{margin}"), "a:b"},
		"unknown parameter":  {"target", drop(ByBucket, "s3://b/?profile=prod"), "a:b"},
		"endpoint":           {"target", drop(ByBucket, "s3://b/?endpoint=ftp://x"), "a:b"},
		"no keys":            {"secret", drop(ByBucket, "s3://b/"), ""},
		"half a key":         {"secret", drop(ByBucket, "s3://b/"), "AKIA"},
		"no account":         {"target", drop(ByBucket, "azblob://c/"), "sv=1&sig=2"},
		"account elsewhere":  {"target", drop(ByBucket, "azblob://c/?storage_account=evil.example/"), "sv=1&sig=2"},
		"no signature":       {"secret", drop(ByBucket, "azblob://c/?storage_account=acme"), "key"},
		"no service account": {"secret", drop(ByBucket, "gs://b/"), `{"type":"authorized_user"}`},
	} {
		var refused *RefusedError
		_, err := w.Add(t.Context(), Order{Owner: store.RootOrganization, Customer: "acme", Wish: c.wish, Secret: secret.TextOf(c.secret)}, "ann")
		if !errors.As(err, &refused) || refused.Field != c.field {
			t.Errorf("%s: %v, want a refusal of %s", name, err, c.field)
		}
	}
	for name, wish := range map[string]Wish{
		"plain endpoint": drop(ByBucket, "s3://b/?endpoint=http://s3.example.com"), "links without a page": mailWish(func(x *Wish) { x.LinkDays = 3 }),
	} {
		if err := public.check(Route{Owner: "reseller", Customer: "acme", Wish: wish, HasSecret: wish.By != ByMail}, secret.Text{}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	tier := Route{Owner: "tier", Customer: "acme", Wish: drop(ByFolder, "file:///etc")}
	if err := w.check(tier, secret.Text{}); err == nil {
		t.Error("who is not the operator writes into folders of the machine")
	}
}

// with changes a wish.
func (w Wish) with(change func(*Wish)) Wish {
	change(&w)
	return w
}

// Addresses inside are not reached, by name or by number, and nothing says where they
// lead.
func TestPrivateTargets(t *testing.T) {
	s := startSFTP(t)
	_, port, _ := strings.Cut(s.address, ":")
	h := onlyPublic(Material{})
	for _, target := range []string{"sftp://acme@127.0.0.1:" + port + "/", "sftp://acme@localhost:" + port + "/", "sftp://acme@[::1]:" + port + "/", "sftp://acme@169.254.169.254/"} {
		if shown, err := h.HostKey(t.Context(), target); shown != "" || err == nil || err.Error() != webhook.ErrPrivate.Error() {
			t.Errorf("%s: %q, %v", target, shown, err)
		}
	}
	p := parcel{key: "k", route: Route{Customer: "acme"}, files: []File{{Name: "a.txt", Data: []byte("a")}}}
	for target, plain := range map[string]string{
		"s3://b/?use_path_style=true&endpoint=https://127.0.0.1:" + port: "a:b", "s3://b/?use_path_style=true&endpoint=https://localhost:" + port: "a:b",
		"azblob://c/?storage_account=acme&endpoint=https://10.0.0.1": "sv=1&sig=2",
	} {
		p.route.Wish = Wish{By: ByBucket, Target: target}
		p.secret = secret.TextOf(plain)
		w, _ := wayOf(p.route.Wish)
		_, err := w.send(t.Context(), h, p)
		var final *FinalError
		if !errors.As(err, &final) || problem(err) != webhook.ErrPrivate.Error() {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// Whatever is handed over stays in the folder of its target.
func TestFoldersHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"..", ".", "/", "../..", "2026-10/acme/../x", "a\\b", ""}))
		p := parcel{handover: handed{"id", part.Draw(t, "what"), part.Draw(t, "subject")}, route: Route{Customer: part.Draw(t, "customer")}, period: october}
		folder := p.folder(&url.URL{Path: "/in/{customer}/{what}/{subject}/{period}"})
		if !strings.HasPrefix(folder, "in/") || strings.Count(folder, "/") != 4 || path.Clean(folder) != folder || !strings.HasSuffix(folder, "/2026-10") {
			t.Fatalf("the folder is %q", folder)
		}
		name := part.Draw(t, "name")
		if to, err := place(folder, File{Name: name}); err == nil && (!strings.HasPrefix(to, folder+"/") || path.Clean(to) != to) {
			t.Fatalf("%q goes to %q", name, to)
		}
	})
}

func FuzzTarget(f *testing.F) {
	for _, target := range []string{"sftp://acme@example.com:22/in/{period}", "s3://b/p?region=eu-west-1", "file:///srv/{what}", "azblob://c/%2e%2e/x", "gs://b/..%2f"} {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, target string) {
		for _, user := range []bool{true, false} {
			u, err := checkTarget(Route{Wish: Wish{Target: target}}, user, "region")
			if err != nil {
				continue
			}
			p := parcel{handover: handed{"id", "invoice", "2026-10/acme"}, route: Route{Customer: "acme"}, period: october}
			if folder := p.folder(u); strings.HasPrefix(folder, "/") || strings.HasPrefix(folder, "..") || strings.Contains("/"+folder+"/", "/../") {
				t.Errorf("%q leads to %q", target, folder)
			}
		}
	})
}
