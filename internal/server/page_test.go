package server

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"image/png"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
)

var (
	linkOf = regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	idOf   = regexp.MustCompile(` id="([^"]*)"`)
	inline = regexp.MustCompile(`<style| style="| on[a-z]+="|<script>|javascript:`)
)

// Every page is there, every link of a page leads somewhere, down to the place in the
// page, and nothing is in a page that its content policy refuses.
func TestPages(t *testing.T) {
	s := serve(t)
	pages := map[string]string{}
	var read func(path string)
	read = func(path string) {
		if _, done := pages[path]; done {
			return
		}
		got := s.ask("", "GET", path, nil)
		if got.status != http.StatusOK {
			t.Errorf("GET %s: %d", path, got.status)
		}
		pages[path] = string(got.body)
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			return
		}
		if found := inline.FindString(pages[path]); found != "" {
			t.Errorf("%s has %s, which the policy %q refuses", path, found, got.header.Get("Content-Security-Policy"))
		}
		for _, link := range linkOf.FindAllStringSubmatch(pages[path], -1) {
			to, _, _ := strings.Cut(link[1], "#")
			if strings.HasPrefix(to, "/") {
				read(to)
			}
		}
	}
	for _, name := range append(slices.Clone(formNames), "docs") {
		read("/" + name)
	}
	for path, text := range pages {
		for _, link := range linkOf.FindAllStringSubmatch(text, -1) {
			to, place, _ := strings.Cut(strings.ReplaceAll(link[1], "&amp;", "&"), "#")
			if to == "" {
				to = path
			}
			if place != "" && strings.HasPrefix(to, "/") && !strings.Contains(pages[to], ` id="`+place+`"`) {
				t.Errorf("%s leads to %s, where nothing is called %s", path, to, place)
			}
		}
		seen := map[string]bool{}
		for _, id := range idOf.FindAllStringSubmatch(text, -1) {
			if seen[id[1]] {
				t.Errorf("%s has %s twice", path, id[1])
			}
			seen[id[1]] = true
		}
	}
	for _, r := range api.Routes() {
		if !strings.Contains(pages["/docs/"+slug(r.Tag)], `<article id="`+r.ID+`"`) {
			t.Errorf("%s is not documented", r.ID)
		}
	}
	first := s.ask("", "GET", "/docs/people", nil)
	if again := s.ask("", "GET", "/docs/people", nil, "If-None-Match", first.header.Get("ETag")); again.status != http.StatusNotModified {
		t.Errorf("an unchanged page is sent again: %d", again.status)
	}
	for _, path := range []string{"/page/", "/page/words_en.json", "/page/docs.html", "/page/..%2Fpage.go"} {
		if got := s.ask("", "GET", path, nil); got.status != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, got.status)
		}
	}
}

// What a page says of an operation is what it does.
func TestManualOfOneOperation(t *testing.T) {
	s := serve(t)
	page := string(s.ask("", "GET", "/docs/people", nil).body)
	_, rest, _ := strings.Cut(page, `<article id="invite-user"`)
	article, _, _ := strings.Cut(rest, "</article>")
	for _, wanted := range []string{
		"<code>/api/v1/users</code>", "<code>users.write</code>", "Owner, Customer admin",
		`<code class="name">email</code> <span class="kind">email</span> <span class="required">required</span>`, "at most 254 characters",
		`<code class="name">role</code>`, "Answer 201", "curl -X POST &#39;" + s.Origin() + "/api/v1/users&#39;", "/docs/problems#denied",
	} {
		if !strings.Contains(article, wanted) {
			t.Errorf("the page of invite-user lacks %s", wanted)
		}
	}
}

// Every code that an answer can have is described, with what to do.
func TestCodesAreDescribed(t *testing.T) {
	described := map[string]bool{}
	for _, p := range problems() {
		if described[p.Code] {
			t.Errorf("%s is described twice", p.Code)
		}
		described[p.Code] = true
		if p.Status < 400 || p.Means == "" || p.Next == "" {
			t.Errorf("%s lacks a status, what it means or what to do", p.Code)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../identity/identity.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, d := range file.Decls {
		block, ok := d.(*ast.GenDecl)
		if !ok || block.Doc.Text() != "Codes of errors.\n" {
			continue
		}
		for _, spec := range block.Specs {
			code, err := strconv.Unquote(spec.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if found++; !described[code] {
				t.Errorf("%s is not described", code)
			}
		}
	}
	if found == 0 {
		t.Error("the codes of package identity were not found")
	}
	for _, r := range api.Routes() {
		for _, code := range codesOf(r) {
			if !described[code] {
				t.Errorf("%s, of %s, is not described", code, r.ID)
			}
		}
	}
}

// Each language has every text that pages and scripts ask for, and none besides.
func TestWords(t *testing.T) {
	asked := map[string]bool{}
	for _, name := range formNames {
		asked[name] = true // titles
	}
	for _, of := range []string{"over", "invoice", "credit-note", "debit-note"} {
		asked["linked-"+of] = true // titles of links
	}
	for _, pattern := range []string{"page/*.html", "page/*.js"} {
		files, err := fs.Glob(pageFiles, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := pageFiles.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, use := range regexp.MustCompile(`\.T "([^"]+)"|say\(([^;\n]*)|throw say\(([^)]*)|\? ("[a-z-]+" : "[a-z-]+");`).FindAllStringSubmatch(string(text), -1) {
				if use[1] != "" {
					asked[use[1]] = true
				}
				for _, key := range regexp.MustCompile(`"([a-z-]+)"`).FindAllStringSubmatch(use[2]+use[3]+use[4], -1) {
					asked[key[1]] = true
				}
			}
		}
	}
	for _, language := range tongues {
		for key, text := range language.Words {
			if text == "" || !asked[key] && !strings.HasPrefix(key, "code-") {
				t.Errorf("%s: %s is empty, or nothing asks for it", language.Tag, key)
			}
		}
		for key := range tongues[0].Words {
			if language.Words[key] == "" {
				t.Errorf("%s: %s is missing", language.Tag, key)
			}
		}
	}
	for key := range asked {
		if _, ok := tongues[0].Words[key]; !ok && regexp.MustCompile(`^[a-z]+-[a-z-]+[a-z]$`).MatchString(key) {
			t.Errorf("%s has no text", key)
		}
	}
}

// A page comes in the language that was chosen, then in the browser's.
func TestLanguage(t *testing.T) {
	s := serve(t)
	for _, c := range []struct{ query, cookie, accept, want string }{
		{"", "", "", "en"},
		{"", "", "de-DE, ja;q=0.8, en;q=0.5", "ja"},
		{"", "", "zz, *;q=0.1", "en"},
		{"", "ja", "en", "ja"},
		{"?language=en", "ja", "ja", "en"},
		{"?language=tlh", "", "ja", "ja"},
	} {
		got := s.ask("", "GET", "/sign-in"+c.query, nil, "Accept-Language", c.accept, "Cookie", languageCookie+"="+c.cookie)
		if language := got.header.Get("Content-Language"); language != c.want {
			t.Errorf("%+v: got %s", c, language)
		}
	}
}

func TestQRCode(t *testing.T) {
	s := serve(t)
	seed := "otpauth://totp/Sluice:ann@example.com?algorithm=SHA1&digits=6&issuer=Sluice&period=30&secret=JBSWY3DPEHPK3PXP"
	got := s.ask("", "POST", "/account/qr-code", map[string]string{"url": seed})
	picture, err := png.Decode(bytes.NewReader(got.body))
	if err != nil || picture.Bounds().Dx() != 240 || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("no picture: %v, %v", err, got.header)
	}
	for _, body := range []any{
		map[string]string{"url": "https://example.com"}, map[string]string{"url": "otpauth://totp/" + strings.Repeat("x", 2000)}, map[string]string{}, "[", `{"url":7}`,
	} {
		if got := s.ask("", "POST", "/account/qr-code", body); got.problem() != "invalid" {
			t.Errorf("%.60v: %s", body, got)
		}
	}
}

// From the printed link to an owner, a token and a call, with everything that people
// do on the pages, in a browser.
func TestWalk(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	script, err := filepath.Abs("../../.tools/browser/walk.mjs")
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile("testdata/browser/walk.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if fetched, err := os.ReadFile(script); err != nil || !bytes.Equal(fetched, written) {
		t.Skip("playwright-core is not in .tools/browser, or with another script; internal/server/testdata/browser/fetch.sh fetches it")
	}
	s := serve(t)
	link, err := s.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var failed bytes.Buffer
	cmd := exec.CommandContext(t.Context(), node, script, browser, link, os.Getenv("SLUICE_TEST_PICTURES"))
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, failed.Bytes())
	}
	made := strings.TrimSpace(string(out))
	got := s.ask(made, "GET", "/api/v1/me", nil)
	if textAt(t, got.body, "email") != "ann@example.com" {
		t.Errorf("the token is not Ann's: %s", got)
	}
	var months struct{ Total int }
	if err := json.Unmarshal(s.ask(made, "GET", "/api/v1/months", nil).body, &months); err != nil || months.Total == 0 {
		t.Errorf("the owner's token sees no months: %v", err)
	}
}

// A link of an invitation leads to a page that can use it.
func TestLinksLeadToPages(t *testing.T) {
	s := serve(t)
	owner := s.program("owner", nil, access.Grant{Organization: access.Root, Role: access.Owner})
	invited := s.ask(owner, "POST", "/api/v1/users", map[string]any{
		"email": "bea@example.com", "name": "Bea", "grants": []access.Grant{{Organization: access.Root, Role: "auditor"}},
	})
	link, err := url.Parse(textAt(t, invited.body, "link"))
	if err != nil {
		t.Fatal(err)
	}
	if page := s.ask("", "GET", link.Path, nil); page.status != http.StatusOK || !bytes.Contains(page.body, []byte("/page/invitation.js")) {
		t.Errorf("%s leads nowhere: %d", link, page.status)
	}
}
