package main

import "io"

var textOutput = output{
	name: "text", about: "for people",
	write: func(out io.Writer, r result) error {
		r.text(out)
		return nil
	},
}
