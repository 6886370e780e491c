package main

import (
	"encoding/json"
	"io"
)

var jsonOutput = output{
	name: "json", about: "one document that has all of it; amounts are texts, with all digits", program: true,
	write: func(out io.Writer, r result) error {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(r.document())
	},
}
