// Command cmd is "Hyper billing", a make-believe vendor, at an address:
//
//	go run ./examples/backend-hyper/mock/cmd 127.0.0.1:8091
//
// It prints who may ask, and serves until it is ended.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/sluice-billing/sluice/examples/backend-hyper/mock"
)

func main() {
	address := "127.0.0.1:8091"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	vendor := mock.New()
	for _, c := range vendor.Customers() {
		fmt.Printf("Account %s  Email %s  Key %s\n", c.Account, c.Email, c.Key)
	}
	server := &http.Server{Addr: address, Handler: vendor, ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}
