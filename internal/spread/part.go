package spread

import (
	"fmt"
	"strings"
)

// The parts of a workbook beside its sheets (ECMA-376 part 1, 12 and 18).
const (
	head       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace  = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	linkSpace  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	linksSpace = "http://schemas.openxmlformats.org/package/2006/relationships"
	typePrefix = "application/vnd.openxmlformats-officedocument.spreadsheetml."

	linksXML = head + `<Relationships xmlns="` + linksSpace + `"><Relationship Id="rId1" Type="` + linkSpace + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
)

func workbookXML(names []string) string {
	var sheets, titles strings.Builder
	for i, name := range names {
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%[2]d"/>`, escaped(name), i+1)
		quoted := escaped("'" + strings.ReplaceAll(name, "'", "''") + "'")
		fmt.Fprintf(&titles, `<definedName name="_xlnm.Print_Titles" localSheetId="%d">%s!$1:$1</definedName>`, i, quoted)
	}
	return head + `<workbook xmlns="` + mainSpace + `" xmlns:r="` + linkSpace + `"><bookViews><workbookView/></bookViews><sheets>` +
		sheets.String() + `</sheets><definedNames>` + titles.String() + `</definedNames></workbook>`
}

func workbookLinksXML(sheets int) string {
	var b strings.Builder
	for n := 1; n <= sheets; n++ {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%[1]d.xml"/>`, n, linkSpace)
	}
	fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, sheets+1, linkSpace)
	return head + `<Relationships xmlns="` + linksSpace + `">` + b.String() + `</Relationships>`
}

func contentTypesXML(sheets int) string {
	var b strings.Builder
	for n := 1; n <= sheets; n++ {
		fmt.Fprintf(&b, `<Override PartName="/%s" ContentType="%sworksheet+xml"/>`, sheetPath(n), typePrefix)
	}
	return head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + typePrefix + `sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + typePrefix + `styles+xml"/>` + b.String() + `</Types>`
}
