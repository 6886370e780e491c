// Command backend-hyper is a billing backend for "Hyper billing", a make-believe vendor that
// knows its resellers by account, e-mail and key. README.md describes the vendor's HTTP
// contract; mock/cmd is that vendor, with make-believe months.
package main

import (
	"flag"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/examples/backend-hyper/hyper"
)

func main() {
	var vendor hyper.Vendor
	flag.StringVar(&vendor.Address, "vendor", "http://127.0.0.1:8091", "address of the vendor, where the option base_url names none")
	backend.Main(&vendor)
}
