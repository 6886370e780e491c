// Command backend-csv is a billing backend for vendors that publish what they charge as CSV
// files over HTTP. README.md says how it is set up.
package main

import (
	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/examples/backend-csv/csvfile"
)

func main() { backend.Main(csvfile.Vendor{}) }
