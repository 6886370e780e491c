package server

// exports writes a month for other programs.
func (h *harvest) exports(month parameters) {
	set := h.ask("export-data-set", month, fields{"customer": "aozora", "format": "csv"})
	h.ask("download-export-files", parameters{"id", set.text("id")}, nil)
	h.ask("download-export-file", parameters{"id", set.text("id"), "name", set.text("files", "0", "name")}, nil)
	h.ask("list-accounting-systems", nil, nil)
	books := parameters{"system", "generic"}
	h.ask("save-accounting-mapping", books, fields{"mapping": "customers:\n  - {receivable: \"1200\"}\nlines:\n  - {kind: usage, account: \"4000\"}\n"})
	h.ask("show-accounting-mapping", books, nil)
	h.ask("export-accounting", month, fields{"system": "generic", "customer": "aozora"})
	h.ask("remove-accounting-mapping", books, nil)
}
