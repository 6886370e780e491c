// Package web is the web application as it was built by make web: the console of
// the reseller's people and the portal of its customers.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files are the built pages: console.html, portal.html, and what they load in
// assets, beside it with .br and .gz behind the name the same compressed. There are
// none in a program that was built without them.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist/app")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return files
}
