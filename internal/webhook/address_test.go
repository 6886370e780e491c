package webhook

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestAddressesThatAreRefused(t *testing.T) {
	for _, address := range []string{
		"", "example.com", "http://example.com/", "ftp://example.com/", "https://", "https:///x", "https:example.com", "https://ann:pw@example.com/", "https://example.com/#x",
		"https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://[fd00::1]/",
		"https://[::ffff:192.168.1.1]/", "https://0.0.0.0/", "https://100.64.0.1/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
		"https://example.com/" + strings.Repeat("x", 2048), "https://exa mple.com/", "javascript:alert(1)", "https://[fe80::1%25eth0]/",
	} {
		if refuseAddress(address, false) == "" {
			t.Errorf("%q is taken", address)
		}
	}
	for _, address := range []string{"https://example.com/hook?x=1", "https://example.com:8443/", "https://8.8.8.8/", "https://[2606:4700::1111]/"} {
		if why := refuseAddress(address, false); why != "" {
			t.Errorf("%q is refused: it %s", address, why)
		}
	}
	if why := refuseAddress("http://10.0.0.1/hook", true); why != "" {
		t.Errorf("with AllowPrivate an address inside is refused: %s", why)
	}
}

// The registries of IANA for special addresses, by examples.
func TestPublicAddresses(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "2606:4700::1111": true, "2a00:1450:4001::1": true,
		"127.0.0.1": false, "127.255.0.9": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "172.32.0.1": true, "192.168.0.1": false,
		"169.254.169.254": false, "100.100.100.200": false, "0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "240.0.0.1": false,
		"192.0.0.192": false, "198.18.0.1": false, "::": false, "::1": false, "fe80::1": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false,
		"::ffff:127.0.0.1": false, "::127.0.0.1": false, "64:ff9b::a00:1": false, "2002:a00:1::1": false, "2001:0:1::1": false, "2001:db8::1": false, "fec0::1": false,
	} {
		if got := public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s is public: %t, want %t", text, got, want)
		}
	}
}

// A name that leads inside is found out when it is dialled.
func TestNamesThatLeadInside(t *testing.T) {
	asked := false
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	ok(t, err)
	response, err := newClient(Options{Timeout: 5 * time.Second}).Get("https://localhost:" + port + "/")
	if err == nil {
		response.Body.Close()
	}
	if !errors.Is(err, ErrPrivate) || asked {
		t.Errorf("asked inside: %t, error %v", asked, err)
	}
	if why := unanswered(err); strings.Contains(why, "127.0.0.1") || strings.Contains(why, "::1") {
		t.Errorf("the reason says where the name leads: %s", why)
	}
}

func TestKinds(t *testing.T) {
	i := newInstallation(t)
	for _, kind := range []string{"", "invoice", "invoice.", "invoices.issued", "i*", "invoice.*.x", "*.*", strings.Repeat("x", 1000)} {
		var refused *RefusedError
		if _, _, err := i.Add(t.Context(), Order{Organization: "reseller", URL: "https://example.com", Kinds: []string{kind}}, "ann"); !errors.As(err, &refused) || refused.Field != "kinds" {
			t.Errorf("kind %q: %v", kind, err)
		}
	}
	for asked, kinds := range map[string]map[string]bool{
		"*":              {"invoice.issued": true, "month.held": true},
		"invoice.*":      {"invoice.issued": true, "month.held": false},
		"invoice.issued": {"invoice.issued": true, "invoice.issued.again": false, "invoice.iss": false},
	} {
		for kind, want := range kinds {
			if got := wanted([]string{asked}, kind); got != want {
				t.Errorf("%s among %s: %t", kind, asked, got)
			}
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("https://example.com/")
	f.Add("https://[::ffff:127.0.0.1]:443/x?y#z")
	f.Fuzz(func(t *testing.T, address string) {
		if refuseAddress(address, false) != "" {
			return
		}
		request, err := http.NewRequest(http.MethodPost, address, nil)
		if err != nil {
			t.Skip("what cannot be asked for is not sent to")
		}
		if ip, err := netip.ParseAddr(request.URL.Hostname()); request.URL.Scheme != "https" || err == nil && !public(ip) {
			t.Errorf("%q is taken", address)
		}
	})
}
