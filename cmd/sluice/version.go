package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		GroupID: "setup",
		Short:   "Print the version",
		Long:    `Version prints the version of the program, the commit it was built from, and the Go it was built with.`,
		Example: `  sluice version`,
		Args:    takes(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			v := built()
			return c.result(v, func(w io.Writer) {
				fmt.Fprintf(w, "sluice %s", v.Version)
				if v.Commit != "" {
					fmt.Fprintf(w, ", commit %s", v.Commit)
				}
				fmt.Fprintf(w, ", %s %s/%s\n", v.Go, runtime.GOOS, runtime.GOARCH)
			})
		},
	}
}

// build is what the program knows of how it was built.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
}

func built() build {
	b := build{Version: "(unknown)", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			b.Commit = setting.Value
		}
	}
	return b
}
