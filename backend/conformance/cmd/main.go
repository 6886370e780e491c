// Command cmd tries a running backend against the contract:
//
//	go run github.com/sluice-billing/sluice/backend/conformance/cmd trial.json
//
// The file has address, schema, fields, options, month and large, as conformance.Target;
// it holds a credential, so keep it where others cannot read it. The command ends with 1
// where the backend failed a trial, and with 2 where it could not be tried.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/sluice-billing/sluice/backend/conformance"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, arguments []string, out, complaints io.Writer) int {
	if len(arguments) != 1 {
		fmt.Fprintln(complaints, "name one file: a JSON object of address, schema, fields, month, and where there are any options and large")
		return 2
	}
	text, err := os.ReadFile(arguments[0])
	if err != nil {
		fmt.Fprintln(complaints, err)
		return 2
	}
	var target conformance.Target
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&target); err != nil {
		fmt.Fprintf(complaints, "%s is no trial: %v\n", arguments[0], err)
		return 2
	}
	failed, err := conformance.Write(out, conformance.Try(ctx, target))
	switch {
	case err != nil:
		fmt.Fprintln(complaints, err)
		return 2
	case failed > 0:
		return 1
	}
	return 0
}
