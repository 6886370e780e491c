// Command measure prints numbers on the repository's own Go code, each with its
// aim and a mark where it is missed: lengths, comments, doors and seams of
// packages, imports, tests, repeats, dependencies and commits. It judges
// nothing: the exit status is 0 unless the repository cannot be read.
//
//	measure [-v] [-json] [folder]
//
// The folder is the root of the repository, by default the current one. Without
// -v long lists are cut; -json writes everything.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	verbose := flag.Bool("v", false, "write lists in full")
	asJSON := flag.Bool("json", false, "write JSON, with all lists in full")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: measure [-v] [-json] [folder]")
		flag.PrintDefaults()
	}
	flag.Parse()
	root := "."
	if flag.NArg() > 0 {
		root = flag.Arg(0)
	}
	if err := run(os.Stdout, root, *verbose, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, root string, verbose, asJSON bool) error {
	measured, err := measure(root)
	if err != nil {
		return err
	}
	if asJSON {
		return measured.writeJSON(w)
	}
	return measured.writeText(w, verbose)
}
