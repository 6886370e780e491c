package invoice

// OfEachProvider leaves of settings what is charged on the usage of each provider,
// for a group that has a document for each: what a month is charged once is on one
// of them alone.
func (set Settings) OfEachProvider() Settings {
	for _, c := range charges {
		if c.once != nil {
			c.once(&set)
		}
	}
	return set
}

// BearsOnce tells whether a document was made with what a month is charged once.
func (inv Invoice) BearsOnce() bool {
	frozen := inv.Frozen
	set := Settings{Services: frozen.Services, Coupons: frozen.Coupons}
	set.Group.Invoice = frozen.Invoice
	return len(frozen.Items) > 0 || len(DifferentSettings(frozen.Invoice, set.OfEachProvider().Group.Invoice)) > 0
}
