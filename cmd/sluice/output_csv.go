package main

import (
	"io"

	"github.com/sluice-billing/sluice/internal/deliver"
)

// csvOutput is for spreadsheets: no text of a payer is run as a formula.
var csvOutput = output{
	name: "csv", about: "the rows of a list below their titles, of commands that have --csv", offered: true,
	write: func(out io.Writer, r result) error { return deliver.WriteRows(out, "the result", r.sheet()) },
}
