package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

const (
	exitDone       = 0
	exitFailed     = 1
	exitDifference = 2
	exitHeld       = 3
	exitWrong      = 4
	exitCancelled  = 130 // as a shell says it of a program that was interrupted
)

// exits says what each code means, and which commands end with it; all when
// none is named.
var exits = []struct {
	code     int
	meaning  string
	commands []string
}{
	{exitDone, "done", nil},
	{exitFailed, "failed", nil},
	{exitFailed, "the certificate has a residue", []string{"sluice close", "sluice reconcile", "sluice demo", "sluice schedule run"}},
	{exitFailed, "the linter finds an error", []string{"sluice book lint"}},
	{exitFailed, "an example fails", []string{"sluice book test"}},
	{exitFailed, "the audit is broken", []string{"sluice audit verify"}},
	{exitFailed, "something is lost and --strict is given", []string{"sluice book import"}},
	{exitDifference, "there is a difference", []string{"sluice plan"}},
	{exitDifference, "something is pending and --check is given", []string{"sluice migrate"}},
	{exitHeld, "findings hold the close", []string{"sluice close", "sluice demo", "sluice schedule run"}},
	{exitWrong, "the configuration or an argument is wrong", nil},
	{exitCancelled, "cancelled", nil},
}

// argumentError says that a command was called in a wrong way, or that the
// configuration is wrong.
type argumentError struct {
	message string
	hint    string // what to do about it; may be empty
}

func (e *argumentError) Error() string { return e.message }

// wrong makes an argumentError that points at the command's help.
func wrong(cmd *cobra.Command, message string) *argumentError {
	return &argumentError{message, fmt.Sprintf("`%s --help` says how it is called", cmd.CommandPath())}
}

// misread says which option was not understood.
func misread(cmd *cobra.Command, err error) error {
	var argument *argumentError // what the option itself says about its value
	if errors.As(err, &argument) {
		err = argument
	}
	return wrong(cmd, err.Error())
}

// errDifference is how plan ends when there is one; the result says which.
var errDifference = errors.New("there is a difference")

// residueError is how a command ends whose certificate is no proof.
type residueError struct {
	period   billing.Period
	residues int
}

func (e *residueError) Error() string {
	if e.residues == 1 {
		return fmt.Sprintf("one thing does not add up in %s: the certificate names it", e.period)
	}
	return fmt.Sprintf("%d things do not add up in %s: the certificate names them", e.residues, e.period)
}

// exitCode maps how a command ended to the program's exit code.
func exitCode(ctx context.Context, err error) int {
	var argument *argumentError
	var held *pipeline.HeldError
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil: // whatever it broke: it was the interrupt
		return exitCancelled
	case errors.Is(err, errDifference):
		return exitDifference
	case errors.As(err, &held):
		return exitHeld
	case errors.As(err, &argument), errors.As(err, new(config.Errors)):
		return exitWrong
	default:
		return exitFailed
	}
}

// complain writes the error for a person, or as JSON.
func (c *cli) complain(err error, code int) {
	message, hint := "", ""
	switch code {
	case exitDone, exitDifference:
		return
	case exitCancelled:
		message = "cancelled; what was in force has not changed by the work that was not finished"
	default:
		message = err.Error()
		var argument *argumentError
		if errors.As(err, &argument) {
			hint = argument.hint
		}
	}
	if c.output().program {
		line, err := json.Marshal(map[string]string{"error": message})
		if err != nil {
			panic(err) // a text can always be written as JSON
		}
		fmt.Fprintf(c.stderr, "%s\n", line)
		return
	}
	fmt.Fprintf(c.stderr, "sluice: %s\n", message)
	if hint != "" {
		fmt.Fprintf(c.stderr, "hint: %s\n", hint)
	}
}

// newExitCodes is a page of the help, no command.
func newExitCodes() *cobra.Command {
	var text strings.Builder
	text.WriteString("The exit code of sluice says how a command ended, for scripts and schedulers.\n")
	for i, e := range exits {
		code := fmt.Sprint(e.code)
		if i > 0 && exits[i-1].code == e.code {
			code = ""
		}
		fmt.Fprintf(&text, "\n  %4s  %s", code, e.meaning)
		if e.commands != nil {
			fmt.Fprintf(&text, " (%s)", strings.Join(e.commands, ", "))
		}
	}
	text.WriteString("\n\nAn error is one message on standard error that begins with \"sluice: \"; with --json, or another\nformat that is for programs, it is {\"error\": \"…\"}.")
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: text.String()}
}

// describeExits adds to each command's help the exit codes it has.
func describeExits(cmd *cobra.Command) {
	for _, child := range cmd.Commands() {
		describeExits(child)
	}
	if !cmd.Runnable() || cmd.HasSubCommands() {
		return
	}
	text, last := "Exit codes:", -1
	for _, e := range exits {
		switch {
		case e.commands != nil && !slices.Contains(e.commands, cmd.CommandPath()):
			continue
		case e.code == last:
			text += ", or " + e.meaning
		case last < 0:
			text += fmt.Sprintf(" %d %s", e.code, e.meaning)
		default:
			text += fmt.Sprintf("; %d %s", e.code, e.meaning)
		}
		last = e.code
	}
	cmd.Long += "\n\n" + strings.TrimSuffix(wrap(text+".", ""), "\n")
}
