package billing

// Layout is how the PDF of documents looks, and nothing of what they come to: no
// layout changes an amount or hides one that counts. What it leaves out is as in the
// look it is based on. It is frozen into each document, so that the same document
// gives the same bytes for good (R31).
type Layout struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// BasedOn is the look that comes with Sluice to start from: modern (default),
	// classic, as Japan's documents are laid out, or compact.
	BasedOn string        `json:"based_on,omitempty"`
	Colours LayoutColours `json:"colours,omitzero"`
	Fonts   *LayoutFonts  `json:"fonts,omitempty"`
	// Size of all letters in percent, 80 to 120.
	Size int `json:"size,omitempty"`

	Logo  *LayoutPicture `json:"logo,omitempty"`  // above or beside the seller's name
	Stamp *LayoutPicture `json:"stamp,omitempty"` // over the end of the seller's name, such as a company's square seal

	Facts    []string `json:"facts,omitempty"`    // beside the buyer, in their order: number, period, issued, due, order …
	Columns  []string `json:"columns,omitempty"`  // of the tables of accounts, before the amount: position, cost, rate
	Sections []string `json:"sections,omitempty"` // in their order; one that is left out is not printed
	Annexes  []string `json:"annexes,omitempty"`  // behind the document, in their order, each on a page of its own
	Hide     []string `json:"hide,omitempty"`     // small things that are not printed

	Cover        bool     `json:"cover,omitempty"`         // a page in front with what the document is and where its parts are
	Carry        *bool    `json:"carry,omitempty"`         // tables that go on over pages say what is carried forward; as BasedOn has it where it is left out
	ZeroDiscount bool     `json:"zero_discount,omitempty"` // a discount that comes to 0 is printed, too
	PageNumbers  string   `json:"page_numbers,omitempty"`  // of-total (default), plain or none
	QR           []string `json:"qr,omitempty"`            // codes to pay by, where the document and the bank allow: epc, swiss

	// Words are those of the layout's own, by language.
	Words []LayoutWords `json:"words,omitempty"`
}

// LayoutColours are written as #rrggbb.
type LayoutColours struct {
	Accent string `json:"accent,omitempty"` // of titles and of what is to be paid; dark enough to be read on white
	Ink    string `json:"ink,omitempty"`    // of text
	Muted  string `json:"muted,omitempty"`  // of what stands beside it
	Line   string `json:"line,omitempty"`   // of rules
	Band   string `json:"band,omitempty"`   // behind heads of columns and the amount
}

// LayoutFonts are the reseller's own, as TrueType. What they do not cover is set in
// those that come with Sluice.
type LayoutFonts struct {
	Regular string `json:"regular"`        // id of its content
	Bold    string `json:"bold,omitempty"` // Regular where it is left out
}

// LayoutPicture is a PNG or JPEG that is drawn as large as it fits into a box.
type LayoutPicture struct {
	Picture string `json:"picture"`         // id of its content
	Alt     string `json:"alt,omitempty"`   // what it shows, for who cannot see it
	Place   string `json:"place,omitempty"` // of a logo: left (default), centre or right
	Width   int    `json:"width,omitempty"` // millimetres, 5 to 170
	Height  int    `json:"height,omitempty"`
}

// LayoutWords are what a layout says in a language.
type LayoutWords struct {
	Language string `json:"language,omitempty"` // BCP 47, such as ja; all that have no words of their own where it is left out
	// Labels are printed instead of those that come with Sluice, by key. Each {}
	// in a text is a place for a number or a name.
	Labels  map[string]string `json:"labels,omitempty"`
	Opening string            `json:"opening,omitempty"` // above the amount due, such as a greeting
	Remarks string            `json:"remarks,omitempty"` // below the totals, such as terms
	Footer  string            `json:"footer,omitempty"`  // below each page, at most two lines
}
