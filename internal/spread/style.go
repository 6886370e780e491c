package spread

import (
	"fmt"
	"strings"
)

// The styles of cells are numbered: that of the workbook itself, of titles, of titles
// above numbers, then each of the others twice, plain and strong.
const (
	titleStyle  = 1
	rightTitle  = 2
	textStyle   = 3
	numberStyle = 5
	dayStyle    = 7
	longStyle   = 9  // numbers with more digits than a spreadsheet keeps, as text
	amountStyle = 11 // amounts without digits behind the point; each digit more is one style further

	// mostFraction is how many digits behind the point an amount is shown with.
	mostFraction = 12
)

// style is the number of a style. digits are those behind the point of an amount.
func style(kind Kind, digits int, strong bool) int {
	n := [...]int{Text: textStyle, Amount: amountStyle, Number: numberStyle, Day: dayStyle}[kind]
	if kind == Amount {
		n += 2 * digits
	}
	if strong {
		n++
	}
	return n
}

func longNumberStyle(strong bool) int {
	if strong {
		return longStyle + 1
	}
	return longStyle
}

// Formats of numbers: general and text are built in, others have a number from 164
// on (ECMA-376 part 1, 18.8.30).
const (
	generalFormat = 0
	textFormat    = 49
	dayFormat     = 164
	amountFormat  = 165
)

// stylesXML lists formats, fonts, fills, borders and styles. Font 1 is bold; fill 2
// and border 1 are those of titles. Texts have the format of texts, so that one that
// begins like a formula stays a text when somebody edits it.
func stylesXML() string {
	var formats, styles strings.Builder
	count := 0
	add := func(format, font, fill, border int, inside string) {
		count++
		fmt.Fprintf(&styles, `<xf numFmtId="%d" fontId="%d" fillId="%d" borderId="%d" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"`, format, font, fill, border)
		if inside == "" {
			styles.WriteString(`/>`)
			return
		}
		styles.WriteString(` applyAlignment="1">` + inside + `</xf>`)
	}
	both := func(format int, inside string) {
		add(format, 0, 0, 0, inside)
		add(format, 1, 0, 0, inside)
	}
	add(generalFormat, 0, 0, 0, "")
	add(textFormat, 1, 2, 1, `<alignment vertical="center"/>`)
	add(textFormat, 1, 2, 1, `<alignment horizontal="right" vertical="center"/>`)
	both(textFormat, "")
	both(generalFormat, "")
	both(dayFormat, `<alignment horizontal="left"/>`)
	both(textFormat, `<alignment horizontal="right"/>`)
	fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="yyyy\-mm\-dd"/>`, dayFormat)
	for digits := range mostFraction + 1 {
		code := "#,##0"
		if digits > 0 {
			code += "." + strings.Repeat("0", digits)
		}
		fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="%s"/>`, amountFormat+digits, code)
		both(amountFormat+digits, "")
	}
	return head + `<styleSheet xmlns="` + mainSpace + `">` +
		fmt.Sprintf(`<numFmts count="%d">%s</numFmts>`, mostFraction+2, formats.String()) +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFE8EDF3"/><bgColor indexed="64"/></patternFill></fill></fills>` +
		`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>` +
		`<border><left/><right/><top/><bottom style="thin"><color rgb="FF8A97A6"/></bottom><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		fmt.Sprintf(`<cellXfs count="%d">%s</cellXfs>`, count, styles.String()) +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}
