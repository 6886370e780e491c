package deliver

// table is a titled list with a text column and number columns; it may run over
// any number of pages and repeats its title and heads on each.
type table struct {
	title, aside string // aside stands grey beside the title
	continued    string // stands behind the title from the second page on
	head         string // of the text column
	columns      []column
	rows         []row
	total        string // label of the last line; no last line when empty
	totalAmount  string
}

// column is a column of numbers that end at x.
type column struct {
	head string
	x    float64
}

// row is a line of a table; the aside is small and grey behind the text.
type row struct {
	text, aside string
	numbers     []string // as many as there are columns
}

const (
	tableGap     = 15.0 // before a table
	titleHeight  = 17.0
	headHeight   = 17.0
	rowPadding   = 2.4 // above and below the text of a row
	totalHeight  = 18.0
	textLines    = 2    // of a name, before it is clipped
	numberColumn = 78.0 // room of the first number
	leastText    = 90.0 // room of the text of a row, however long its aside is
	baseline     = 0.82 // of the leading, from the upper edge of a line
)

// textWidth is the room of the text column.
func (t table) textWidth() float64 { return t.columns[0].x - numberColumn - left }

func (t table) rowLines(s *sheet, r row) [][]glyph {
	limit := t.textWidth()
	if r.aside != "" {
		limit = max(leastText, limit-6-width(s.types.set(r.aside, small.bold), small.size))
	}
	return s.types.lines(r.text, body, limit, textLines)
}

func rowHeight(lines int) float64 { return float64(max(1, lines))*body.leading() + 2*rowPadding }

// drawTable draws the table at the sheet's y. A title never stands without a
// row below it, nor the total without one above it.
func (s *sheet) drawTable(t table) {
	start := tableGap + titleHeight + headHeight
	if len(t.rows) > 0 {
		start += t.heightOf(s, 0)
	}
	s.need(start)
	s.y += tableGap
	s.tableHead(t, "")
	for i, r := range t.rows {
		if !s.fits(t.heightOf(s, i)) {
			s.newPage()
			s.tableHead(t, t.continued)
		}
		s.tableRow(t, r)
	}
	if t.total != "" {
		s.y += 1
		s.text(inLeft, s.y+13, body.strong(), t.total)
		s.textRight(inRight, s.y+13, body.strong(), t.totalAmount)
		s.y += totalHeight
	}
}

// heightOf is the room row i needs: the last one brings the total along.
func (t table) heightOf(s *sheet, i int) float64 {
	height := rowHeight(len(t.rowLines(s, t.rows[i])))
	if i == len(t.rows)-1 && t.total != "" {
		height += totalHeight + 1
	}
	return height
}

func (s *sheet) tableHead(t table, continued string) {
	title := style{10, true, ink}
	asideWidth := 0.0
	if t.aside != "" {
		asideWidth = width(s.types.set(t.aside, false), 8.5) + 8
	}
	for _, glyphs := range s.types.lines(t.title, title, right-left-asideWidth-60, 1) {
		s.draw(left, s.y+10, title, glyphs)
		x := left + width(glyphs, title.size) + 8
		if t.aside != "" {
			x = s.text(x, s.y+10, style{8.5, false, grey}, t.aside) + 8
		}
		if continued != "" {
			s.text(x, s.y+10, small, "("+continued+")")
		}
	}
	s.y += titleHeight
	s.fill(left, s.y, right-left, headHeight-3, band)
	s.text(inLeft, s.y+10, small, t.head)
	for _, c := range t.columns {
		s.textRight(c.x, s.y+10, small, c.head)
	}
	s.y += headHeight - 1
}

func (s *sheet) tableRow(t table, r row) {
	lines := t.rowLines(s, r)
	first := s.y + rowPadding + body.leading()*baseline
	end := left + 4.0
	for i, glyphs := range lines {
		s.draw(inLeft, first+float64(i)*body.leading(), body, glyphs)
		end = left + 4 + width(glyphs, body.size)
	}
	if r.aside != "" {
		s.text(end+6, first+float64(max(0, len(lines)-1))*body.leading(), small, r.aside)
	}
	for i, number := range r.numbers {
		st := body
		if i < len(r.numbers)-1 {
			st = body.in(grey)
		}
		s.textRight(t.columns[i].x, first, st, number)
	}
	s.y += rowHeight(len(lines))
	s.rule(left, right, s.y-0.6)
}
