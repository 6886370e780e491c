package main

import (
	"fmt"
	"io"

	"github.com/sluice-billing/sluice/internal/month"
)

// writeFindings writes findings, each with what happened and what to do.
func writeFindings(w io.Writer, findings []month.Finding, indent string) {
	for _, f := range findings {
		head := fmt.Sprintf("%s%-4s  %s  %s", indent, f.Severity, f.ID, f.Code)
		if f.Subject != "" {
			head += ": " + f.Subject
		}
		if f.Count > 0 {
			head += ", " + counted(f.Count, "line", "lines")
		}
		if !f.Amount.IsZero() {
			head += ", " + exact(f.Amount) + " " + f.Currency
		}
		fmt.Fprintln(w, head)
		fmt.Fprint(w, wrap(f.Message, indent+"      "))
		if where := f.Where(); where != "" {
			fmt.Fprintf(w, "%s      in %s\n", indent, where)
		}
		if f.Waived != nil {
			fmt.Fprint(w, wrap(fmt.Sprintf("waived by %s on %s: %s", f.Waived.By, f.Waived.At.Format("2006-01-02"), f.Waived.Reason), indent+"      "))
		}
	}
}
