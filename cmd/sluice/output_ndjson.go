package main

import (
	"encoding/json"
	"io"
)

var ndjsonOutput = output{
	name: "ndjson", about: "a line of JSON for each row of a list, without totals; one line for what is no list", program: true,
	write: func(out io.Writer, r result) error {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		for _, line := range r.lines() {
			if err := encoder.Encode(line); err != nil {
				return err
			}
		}
		return nil
	},
}
