package paper

import (
	"crypto/md5" //nolint:gosec // PDF wants this sum to find damage, not forgery
	"fmt"
	"slices"
	"strings"
	"time"
)

// Attachment is a file inside the document (ISO 19005-3, 6.8).
type Attachment struct {
	Name         string // its file name, unique in the document
	MediaType    string // text/xml, application/json
	Description  string // for people, in the language of the document
	Relationship string // to the document: Alternative (the same in another form), Data, Source, Supplement
	Data         []byte
	Modified     time.Time // the date of the file
}

var relationships = []string{"Alternative", "Data", "Source", "Supplement", "Unspecified"}

// Attach puts a file into the document. The data must not change until WriteTo.
func (d *Document) Attach(a Attachment) {
	switch {
	case a.Name == "" || a.MediaType == "":
		d.keep(fmt.Errorf("the attachment %q needs a name and a media type", a.Name))
	case !slices.Contains(relationships, a.Relationship):
		d.keep(fmt.Errorf("the attachment %s has the relationship %q; use one of %s", a.Name, a.Relationship, strings.Join(relationships, ", ")))
	case slices.ContainsFunc(d.attachments, func(b Attachment) bool { return b.Name == a.Name }):
		d.keep(fmt.Errorf("two attachments have the name %s", a.Name))
	}
	d.attachments = append(d.attachments, a)
}

// writeAttachments gives the catalog's entries for the attached files.
func (d *Document) writeAttachments(f *file) []byte {
	if len(d.attachments) == 0 {
		return nil
	}
	sorted := slices.SortedFunc(slices.Values(d.attachments), func(a, b Attachment) int { return strings.Compare(a.Name, b.Name) })
	names := []byte("/Names<</EmbeddedFiles<</Names[") // a tree of names, sorted
	files := []byte("/AF[")
	for _, a := range sorted {
		content := f.reserve()
		head := append(appendName([]byte("/Type/EmbeddedFile/Subtype"), a.MediaType), "/Params<<"...)
		if !a.Modified.IsZero() {
			head = appendDate(append(head, "/ModDate"...), a.Modified)
		}
		f.stream(content, fmt.Sprintf("%s/Size %d/CheckSum<%x>>>", head, len(a.Data), md5.Sum(a.Data)), a.Data) //nolint:gosec // see above
		body := appendText([]byte("<</Type/Filespec/F"), a.Name)
		body = appendText(append(body, "/UF"...), a.Name)
		body = appendText(append(body, "/Desc"...), a.Description)
		body = appendName(append(body, "/AFRelationship"...), a.Relationship)
		number := f.add(fmt.Appendf(body, "/EF<</F %d 0 R/UF %d 0 R>>>>", content, content))
		names = appendReference(append(appendText(names, a.Name), ' '), number)
		files = append(appendReference(files, number), ' ')
	}
	return append(append(files, ']'), append(names, "]>>>>"...)...)
}
