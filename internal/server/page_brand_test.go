package server

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/brand"
)

// smallPicture is a PNG file.
func smallPicture(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 160, 40))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// at asks as a browser that has come by another name.
func (s *tested) at(host, token, method, path string, body any, headers ...string) reaction {
	s.t.Helper()
	var in strings.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		in.Reset(string(data))
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, &in)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Host = host
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.take(r)
}

func (s *tested) take(r *http.Request) reaction {
	s.t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(answer.Body); err != nil {
		s.t.Fatal(err)
	}
	return reaction{answer.StatusCode, answer.Header, b.Bytes()}
}

// Each domain shows its own brand and no other, without a word of this program, and
// takes changes of its own pages.
func TestBrands(t *testing.T) {
	s := serve(t)
	owner := s.program("owner", nil, ownerOfAll)
	if page := s.ask("", "GET", "/sign-in", nil); !bytes.Contains(page.body, []byte("Sluice")) {
		t.Error("without a brand the page does not say what it is")
	}
	for id, b := range map[string]map[string]any{
		access.Root: {"name": "Akatsuki Cloud", "accent": "#0b6363", "domain": "billing.akatsuki.example", "language": "ja", "footer": "<b>Tokyo</b>", "support": map[string]string{"email": "help@akatsuki.example"}},
		"pinecrest": {"name": "Pinecrest", "accent": "#7a4a00", "domain": "portal.pinecrest.example"},
	} {
		if got := s.ask(owner, "PUT", api.Base+"/brands/"+id, b); got.status != http.StatusOK {
			t.Fatal(got)
		}
	}
	for path, want := range map[string]string{"/brands/aozora": "not-found", "/brands/nobody": "not-found"} {
		if got := s.ask(owner, "PUT", api.Base+path, map[string]any{"name": "x"}); got.problem() != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got := s.ask(owner, "PUT", api.Base+"/brands/pinecrest", map[string]any{"name": "x", "accent": "#ffcc00"}); got.problem() != "invalid" || !strings.Contains(string(got.body), "nearest") {
		t.Errorf("a colour that cannot be read: %s", got)
	}
	logo := smallPicture(t)
	for bad, want := range map[string]string{"<svg/>": "invalid", strings.Repeat("x", brand.MostBytes+1): "too-large"} {
		if got := s.ask(owner, "PUT", api.Base+"/brands/pinecrest/logos/light", bad, "Content-Type", "application/octet-stream"); got.problem() != want {
			t.Errorf("a bad logo: %.200s", got)
		}
	}
	if got := s.ask(owner, "PUT", api.Base+"/brands/pinecrest/logos/light", logo, "Content-Type", "application/octet-stream"); got.status != http.StatusOK {
		t.Fatal(got)
	}

	for host, want := range map[string]string{"127.0.0.1": "Akatsuki Cloud", "billing.akatsuki.example": "Akatsuki Cloud", "portal.pinecrest.example": "Pinecrest", "Portal.Pinecrest.example:443": "Pinecrest"} {
		other := map[string]string{"Akatsuki Cloud": "Pinecrest", "Pinecrest": "Akatsuki"}[want]
		for _, path := range []string{"/sign-in", "/account", "/invitation", "/reset"} {
			page := string(s.at(host, "", "GET", path, nil).body)
			if !strings.Contains(page, want) || strings.Contains(page, other) || strings.Contains(strings.ToLower(page), "sluice") || strings.Contains(page, "<b>Tokyo") {
				t.Errorf("%s%s is not in the brand of %s alone:\n%s", host, path, want, page)
			}
		}
		var shown brand.Appearance
		got := s.at(host, "", "GET", api.Base+"/brand/current", nil)
		if err := json.Unmarshal(got.body, &shown); err != nil || shown.Name != want || strings.Contains(string(got.body), "version") {
			t.Errorf("%s: %v, %s", host, err, got)
		}
		if theme := s.at(host, "", "GET", "/brand/theme.css", nil); !strings.Contains(string(theme.body), "--mark: "+shown.Accent) || !strings.HasPrefix(theme.header.Get("Content-Type"), "text/css") {
			t.Errorf("%s has the theme %s", host, theme)
		}
	}
	if page := s.at("billing.akatsuki.example", "", "GET", "/sign-in", nil, "Accept-Language", "zz"); page.header.Get("Content-Language") != "ja" {
		t.Errorf("the page is in %s", page.header.Get("Content-Language"))
	}

	page := string(s.at("portal.pinecrest.example", "", "GET", "/sign-in", nil).body)
	from := strings.Index(page, brand.LogoPath)
	address := page[from : from+strings.IndexByte(page[from:], '"')]
	for path, keep := range map[string]string{address: "immutable", brand.LogoPath + "light": "max-age=300"} {
		got := s.at("portal.pinecrest.example", "", "GET", path, nil)
		if string(got.body) != logo || got.header.Get("Content-Type") != "image/png" || got.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.header.Get("Cache-Control"), keep) {
			t.Errorf("%s: %d, %v", path, got.status, got.header)
		}
	}
	for host, path := range map[string]string{"billing.akatsuki.example": brand.LogoPath + "light", "portal.pinecrest.example": brand.LogoPath + "light?v=00"} {
		if got := s.at(host, "", "GET", path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s%s: %d", host, path, got.status)
		}
	}

	// Whom one buys from is whose brand one sees, also at the server's own address.
	for organization, want := range map[string]string{"blueharbor": "Pinecrest", "pinecrest": "Akatsuki Cloud", "aozora": "Akatsuki Cloud", "lumiere": "Müller", access.Root: "Akatsuki Cloud"} {
		token := s.program("of "+organization, nil, access.Grant{Organization: organization, Role: "customer-viewer"})
		got := s.ask(token, "GET", api.Base+"/brand/current", nil)
		if !strings.Contains(string(got.body), want) {
			t.Errorf("%s sees %s", organization, got)
		}
		if got := s.ask(token, "GET", api.Base+"/brand/current?organization=hokuto", nil); organization != access.Root && got.problem() != "not-found" {
			t.Errorf("%s asks for somebody else's: %s", organization, got)
		}
	}

	// A change with a session comes from the page's own domain, and from no other brand's.
	for origin, want := range map[string]bool{"https://portal.pinecrest.example": true, "https://billing.akatsuki.example": false, "https://evil.example": false} {
		got := s.at("portal.pinecrest.example", "", "POST", api.Base+"/sign-in", map[string]string{"email": "a@example.com", "password": "x"}, "Origin", origin)
		if denied := got.problem() == "denied"; denied == want {
			t.Errorf("from %s: %s", origin, got)
		}
	}
}

// Announcements reach those that the reseller itself sells to, and nobody below them.
func TestAnnouncements(t *testing.T) {
	s := serve(t)
	owner := s.program("owner", nil, ownerOfAll)
	announce := func(title string, customers ...string) string {
		t.Helper()
		got := s.ask(owner, "POST", api.Base+"/announcements", map[string]any{
			"level": "info", "enabled": true, "customers": customers, "words": []map[string]string{{"language": "en", "title": title, "text": "one\ntwo"}, {"language": "ja", "title": title + " ja", "text": ""}},
		})
		if got.status != http.StatusCreated {
			t.Fatal(got)
		}
		return textAt(t, got.body, "id")
	}
	all := announce("for all")
	announce("for hokuto", "hokuto")
	announce("for pinecrest and aozora", "pinecrest", "aozora")
	for _, customer := range []string{"blueharbor", "nobody", access.Root} {
		got := s.ask(owner, "POST", api.Base+"/announcements", map[string]any{"level": "info", "enabled": true, "customers": []string{customer}, "words": []map[string]string{{"language": "en", "title": "x", "text": ""}}})
		if got.problem() != "invalid" {
			t.Errorf("for %s: %s", customer, got)
		}
	}
	for organization, want := range map[string][3]bool{
		"aozora": {true, false, true}, "aozora/film": {true, false, true}, "pinecrest": {true, false, true}, "hokuto": {true, true, false},
		"blueharbor": {}, "lumiere": {}, access.Root: {true, true, true},
	} {
		token := s.program("of "+organization, nil, access.Grant{Organization: organization, Role: "customer-viewer"})
		got := string(s.ask(token, "GET", api.Base+"/portal/announcements?language=ja", nil).body)
		for i, title := range []string{"for all ja", "for hokuto ja", "for pinecrest and aozora ja"} {
			if strings.Contains(got, `"title":"`+title+`"`) != want[i] {
				t.Errorf("%s: %s", organization, got)
			}
		}
		if strings.Contains(got, "customers") || strings.Contains(got, "owner") {
			t.Errorf("%s sees for whom it is, or by whom: %s", organization, got)
		}
		dismissed := s.ask(token, "POST", api.Base+"/me/announcements/"+all+"/dismiss", nil)
		if want[0] && !strings.Contains(string(dismissed.body), all) || !want[0] && dismissed.problem() != "not-found" {
			t.Errorf("%s dismisses: %s", organization, dismissed)
		}
	}
}

// The name that a browser asked for is what a trusted proxy says, and no one else.
func TestForwardedHost(t *testing.T) {
	f, err := NewForwarded([]string{"10.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	for peer, want := range map[string]string{"10.0.0.1:4000": "portal.pinecrest.example", "192.0.2.1:4000": "inner:8080"} {
		r := httptest.NewRequest(http.MethodGet, "http://inner:8080/sign-in", nil)
		r.RemoteAddr = peer
		r.Header.Add("X-Forwarded-Host", "evil.example, portal.pinecrest.example")
		f.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.Host != want {
				t.Errorf("from %s: %s, not %s", peer, r.Host, want)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	}
}
