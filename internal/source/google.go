package source

// Google is the kind of files that the BigQuery table of Google's billing export is
// written to.
const Google = "google"

// googleCosts lie where whoever exported the table put them; the month is in the
// path.
var googleCosts = &layout{
	kind:  Google,
	about: "Google Cloud billing export from BigQuery, also of resellers",
	files: "JSON lines (gzip), CSV (gzip, zip) and Parquet",
	loose: monthInPath,
}
