package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// The reference of the command line is what the commands say of themselves.
func TestReference(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "reference", "cli.md")
	var text bytes.Buffer
	root := newRoot(&cli{stdout: io.Discard, stderr: io.Discard})
	root.InitDefaultCompletionCmd()
	writeReference(&text, root)
	if *update {
		if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, text.Bytes()) {
		t.Errorf("%s is not what the commands say; run go test ./cmd/sluice -run TestReference -update", file)
	}
}

// Every command can be used from its help alone.
func TestHelpIsThere(t *testing.T) {
	walk(newRoot(&cli{stdout: io.Discard, stderr: io.Discard}), func(cmd *cobra.Command) {
		switch {
		case cmd.Short == "" || cmd.Long == "":
			t.Errorf("%s says not what it does", cmd.CommandPath())
		case cmd.Runnable() && !cmd.HasSubCommands() && cmd.Example == "":
			t.Errorf("%s has no example", cmd.CommandPath())
		}
	})
}

func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, child := range cmd.Commands() {
		walk(child, visit)
	}
}

func writeReference(w io.Writer, root *cobra.Command) {
	fmt.Fprintf(w, "# The command line\n\n<!-- Made from the commands: go test ./cmd/sluice -run TestReference -update -->\n\n%s\n\n", root.Long)
	fmt.Fprintf(w, "## Options of every command\n\n```\n%s```\n", root.PersistentFlags().FlagUsages())
	for _, child := range root.Commands() {
		if child.Name() != "help" {
			writeCommand(w, child)
		}
	}
}

func writeCommand(w io.Writer, cmd *cobra.Command) {
	title := cmd.CommandPath()
	if !cmd.Runnable() && !cmd.HasSubCommands() {
		title = cmd.Short // a page of the help
	}
	fmt.Fprintf(w, "\n## %s\n\n", title)
	if cmd.Runnable() && !cmd.HasSubCommands() {
		fmt.Fprintf(w, "```\n%s\n```\n\n", cmd.UseLine())
	}
	fmt.Fprintf(w, "%s\n", strings.TrimSpace(strings.ReplaceAll(cmd.Long, "\t", "    ")))
	if cmd.Example != "" {
		fmt.Fprintf(w, "\n```sh\n%s\n```\n", strings.TrimPrefix(strings.ReplaceAll(cmd.Example, "\n  ", "\n"), "  "))
	}
	if usages := cmd.LocalNonPersistentFlags().FlagUsages(); usages != "" {
		fmt.Fprintf(w, "\n```\n%s```\n", usages)
	}
	for _, child := range cmd.Commands() {
		if cmd.Name() != "completion" { // cobra's, one for each shell and all alike
			writeCommand(w, child)
		}
	}
}
