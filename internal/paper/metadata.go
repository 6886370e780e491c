package paper

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// program is what the file names as its maker.
const program = "Sluice"

// accessible tells whether the file may call itself PDF/UA-1: that asks for a
// title and a language; that the elements are in order is the drawer's affair.
func (i Info) accessible() bool { return i.Title != "" && i.Language != "" }

// writeInfo writes the document information dictionary, which says the same as
// the metadata, for older programs.
func (d *Document) writeInfo(f *file) int {
	b := []byte("<<")
	for _, entry := range []struct{ name, text string }{
		{"Title", d.info.Title}, {"Subject", d.info.Subject}, {"Author", d.info.Author}, {"Creator", program}, {"Producer", program},
	} {
		if entry.text != "" {
			b = appendText(appendName(b, entry.name), entry.text)
		}
	}
	if !d.info.Created.IsZero() {
		b = appendDate(append(b, "/CreationDate"...), d.info.Created)
		b = appendDate(append(b, "/ModDate"...), d.info.Created)
	}
	return f.add(append(b, ">>"...))
}

// metadata is the XMP packet (ISO 16684-1): what the document is, and to which
// standards it keeps.
func (i Info) metadata() []byte {
	var b strings.Builder
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + "\n")
	describe := func(namespace, content string) {
		if content != "" {
			fmt.Fprintf(&b, "<rdf:Description rdf:about=\"\" %s>%s</rdf:Description>\n", namespace, content)
		}
	}
	describe(`xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"`, property("pdfaid:part", "3")+property("pdfaid:conformance", "A"))
	if i.accessible() {
		describe(`xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"`, property("pdfuaid:part", "1"))
	}
	core := property("dc:format", "application/pdf")
	if i.Title != "" {
		core += "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">" + escape(i.Title) + "</rdf:li></rdf:Alt></dc:title>"
	}
	if i.Author != "" {
		core += "<dc:creator><rdf:Seq>" + property("rdf:li", i.Author) + "</rdf:Seq></dc:creator>"
	}
	if i.Subject != "" {
		core += "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">" + escape(i.Subject) + "</rdf:li></rdf:Alt></dc:description>"
	}
	if i.Language != "" {
		core += "<dc:language><rdf:Bag>" + property("rdf:li", i.Language) + "</rdf:Bag></dc:language>"
	}
	describe(`xmlns:dc="http://purl.org/dc/elements/1.1/"`, core)
	history := property("xmp:CreatorTool", program)
	if !i.Created.IsZero() {
		date := i.Created.Format(time.RFC3339)
		history += property("xmp:CreateDate", date) + property("xmp:ModifyDate", date) + property("xmp:MetadataDate", date)
	}
	describe(`xmlns:xmp="http://ns.adobe.com/xap/1.0/"`, history)
	describe(`xmlns:pdf="http://ns.adobe.com/pdf/1.3/"`, property("pdf:Producer", program))
	if x := i.Facturx; x != nil {
		describe(`xmlns:fx="`+facturxNamespace+`"`, property("fx:ConformanceLevel", x.ConformanceLevel)+
			property("fx:DocumentFileName", x.DocumentFileName)+
			property("fx:DocumentType", cmp.Or(x.DocumentType, "INVOICE"))+
			property("fx:Version", cmp.Or(x.Version, "1.0")))
	}
	describe(extensionNamespaces, i.extensions())
	b.WriteString("</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
	return []byte(b.String())
}

const (
	facturxNamespace    = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
	extensionNamespaces = `xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" ` +
		`xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"`
)

// extensions describes the properties that PDF/A does not know itself (ISO
// 19005-3, 6.6.2.3).
func (i Info) extensions() string {
	var schemas string
	if i.accessible() {
		schemas += extension("PDF/UA identification schema", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", [][3]string{
			{"part", "Integer", "Part of ISO 14289 that the document keeps to"},
		})
	}
	if i.Facturx != nil {
		schemas += extension("Factur-X PDFA Extension Schema", facturxNamespace, "fx", [][3]string{
			{"DocumentFileName", "Text", "Name of the attached electronic invoice"},
			{"DocumentType", "Text", "Kind of the attached document"},
			{"Version", "Text", "Version of its XML schema"},
			{"ConformanceLevel", "Text", "Profile that it conforms to"},
		})
	}
	if schemas == "" {
		return ""
	}
	return "<pdfaExtension:schemas><rdf:Bag>" + schemas + "</rdf:Bag></pdfaExtension:schemas>"
}

// extension describes a schema; each property has a name, a type and a meaning.
func extension(schema, namespace, prefix string, properties [][3]string) string {
	out := `<rdf:li rdf:parseType="Resource">` + property("pdfaSchema:schema", schema) +
		property("pdfaSchema:namespaceURI", namespace) + property("pdfaSchema:prefix", prefix) +
		"<pdfaSchema:property><rdf:Seq>"
	for _, p := range properties {
		category := "external"
		if prefix == "pdfuaid" {
			category = "internal"
		}
		out += `<rdf:li rdf:parseType="Resource">` + property("pdfaProperty:name", p[0]) + property("pdfaProperty:valueType", p[1]) +
			property("pdfaProperty:category", category) + property("pdfaProperty:description", p[2]) + "</rdf:li>"
	}
	return out + "</rdf:Seq></pdfaSchema:property></rdf:li>"
}

// property is an XML element around a text.
func property(name, text string) string { return "<" + name + ">" + escape(text) + "</" + name + ">" }

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
	return b.String()
}
