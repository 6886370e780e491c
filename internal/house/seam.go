package house

// seamReasons are the interfaces that one type implements and that stand all the
// same, by folder and name: what each keeps apart.
var seamReasons = map[string]string{
	"internal/engine.Engine":    "DuckDB is a C++ library behind one adapter; the stages and their tests know only what they ask of an engine.",
	"internal/engine.Session":   "It is what the stages ask of an engine, and so of the adapter of another one.",
	"internal/secret.Records":   "Secrets stand before the records in the order, and are kept by them.",
	"internal/rating.RuleCheck": "Rating knows what a rule may say, config where in a file it is said; rating stands before config in the order.",
}

// SeamReason says why an interface of a folder, such as internal/engine, may have
// a single implementation; it is empty where nothing says so.
func SeamReason(folder, name string) string { return seamReasons[folder+"."+name] }
