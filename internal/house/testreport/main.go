// Command testreport reads the output of go test -json and writes what a
// person wants of it: a line for each package, failures in full, every skipped
// test with its reason, and the counts.
package main

import (
	"fmt"
	"os"
)

func main() {
	r := newReport(os.Stdout)
	if err := r.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testreport: reading the output of go test:", err)
		os.Exit(2)
	}
	if !r.close() {
		os.Exit(1)
	}
}
