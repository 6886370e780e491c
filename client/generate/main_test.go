package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/sluice-billing/sluice/client"
	"github.com/sluice-billing/sluice/internal/api"
)

// The client has what the server offers: nobody writes it by hand.
func TestInStep(t *testing.T) {
	for name, want := range files() {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("client/%s is not what the operations make of it; run `make client`", name)
		}
	}
}

// Every operation has a method.
func TestEveryOperationIsThere(t *testing.T) {
	methods := reflect.TypeFor[*client.Client]()
	for _, r := range api.Routes() {
		if _, there := methods.MethodByName(camel(r.ID)); !there {
			t.Errorf("%s has no method %s", r.ID, camel(r.ID))
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{"close-month": "CloseMonth", "external_id": "ExternalID", "sso": "SSO"} {
		if got := camel(name); got != want {
			t.Errorf("%s is %s, wanted %s", name, got, want)
		}
	}
	if got, want := path("/months/{period}/close"), `"/api/v1/months/" + url.PathEscape(period) + "/close"`; got != want {
		t.Errorf("the path is %s, wanted %s", got, want)
	}
	if got, want := path("/jobs/{id}"), `"/api/v1/jobs/" + url.PathEscape(id)`; got != want {
		t.Errorf("the path is %s, wanted %s", got, want)
	}
}
