package billing

// Identity is who a seller or buyer is to programs that read documents, beside its
// name, address and tax number. What is empty is left out of documents; structured
// e-invoices say what of it they need.
type Identity struct {
	LegalID      string        `json:"legal_id,omitempty"` // registration of the legal person, with its ISO 6523 scheme where it has one: 0204:991-12345-01 (BT-30, BT-47)
	Endpoint     string        `json:"endpoint,omitempty"` // electronic address with its scheme, such as 0088:4035811991021 or EM:invoices@example.com (BT-34, BT-49)
	ContactPoint *ContactPoint `json:"contact_point,omitempty"`
	Bank         *BankAccount  `json:"bank,omitempty"` // where it is paid; of who sells
}

// Buying is the identity of a customer on documents that it gets: without its bank.
func (c Customer) Buying() Identity {
	who := c.Identity
	who.Bank = nil
	return who
}

// ContactPoint is whom to ask (BG-6, BG-9).
type ContactPoint struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

// BankAccount is where invoices are paid to: by IBAN, or where there is none by a
// number with the code of bank and branch.
type BankAccount struct {
	Holder string `json:"holder,omitempty"` // the seller's name where it is left out
	IBAN   string `json:"iban,omitempty"`
	BIC    string `json:"bic,omitempty"`
	Bank   string `json:"bank,omitempty"` // name, such as みずほ銀行
	Branch string `json:"branch,omitempty"`
	Kind   string `json:"kind,omitempty"` // in Japan: ordinary | current
	Number string `json:"number,omitempty"`
	Code   string `json:"code,omitempty"` // of bank and branch, as that country writes it: 0001-001, a sort code, an ABA number
}

// References are what the buyer knows the delivery under. They are printed, and
// stand in structured e-invoices.
type References struct {
	Buyer      string `json:"buyer,omitempty"`      // who or what at the buyer's the invoice is for; the Leitweg-ID in Germany (BT-10)
	Order      string `json:"order,omitempty"`      // number of the purchase order (BT-13)
	Contract   string `json:"contract,omitempty"`   // BT-12
	Project    string `json:"project,omitempty"`    // BT-11
	Accounting string `json:"accounting,omitempty"` // the buyer's own account or cost centre (BT-19)
}
