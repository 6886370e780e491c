package einvoice

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Access is who delivers e-invoices: an access point of Peppol, a portal that
// registers them (India's IRP, Poland's KSeF), or a folder that such a one empties.
// It is an interface because others are written for it.
type Access interface {
	// Send hands a document over, and returns what the other side gave for it. To
	// send the same document again gives the same receipt: a job may run twice. The
	// error says what the other side did not like, or that it cannot be reached.
	Send(ctx context.Context, p Parcel) (Receipt, error)
}

// Parcel is a document on its way.
type Parcel struct {
	Format   string // name of the format: peppol, pint-jp …
	Name     string // of the file, without a folder
	Data     []byte
	Sender   string // electronic addresses as in the configuration: 0088:4035811991021
	Receiver string
}

// Receipt is what was given for a document.
type Receipt struct {
	ID     string    `json:"id"`     // by which the other side knows it
	Access string    `json:"access"` // name of the kind
	At     time.Time `json:"at"`     // UTC
}

// AccessKind is a kind of access. Open makes one of an address that is written as
// kind:rest, such as folder:/srv/peppol/out; it says what is wrong with the rest.
type AccessKind struct {
	Name  string
	Title string
	Open  func(rest string) (Access, error)
}

// AccessKinds lists every kind. A new one is a file beside access_folder.go and a
// line here.
func AccessKinds() []AccessKind { return []AccessKind{folderKind} }

// OpenAccess opens the access that an address names: folder:/srv/peppol/out.
func OpenAccess(address string) (Access, error) {
	name, rest, _ := strings.Cut(address, ":")
	var names []string
	for _, kind := range AccessKinds() {
		if kind.Name == name {
			return kind.Open(rest)
		}
		names = append(names, kind.Name+":…")
	}
	return nil, fmt.Errorf("%q is no way to deliver e-invoices; write one of %s", address, strings.Join(names, ", "))
}
