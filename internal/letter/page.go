package letter

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/sluice-billing/sluice/internal/brand"
)

// page is a letter as HTML: the same words as the plain letter. It loads nothing from
// anywhere, so that nobody learns who reads it when.
type page struct {
	language, subject, body, link string
	brand                         brand.Brand
}

// plainAccent is the colour of a brand that has none.
const plainAccent = "#24515c"

// html writes the page. All styles stand with what they are for, since mail programs
// drop others.
func (p page) html() string {
	accent := plainAccent
	if p.brand.Accent != "" {
		accent = p.brand.Accent
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>%s</title></head>
<body style="margin:0;padding:0;background:#f3f4f4;">
<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="background:#f3f4f4;"><tr><td align="center" style="padding:24px 12px;">
<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;border-top:4px solid %s;">
<tr><td style="padding:24px 32px 0 32px;font:bold 18px/1.4 sans-serif;color:%[3]s;">%[4]s</td></tr>
<tr><td style="padding:16px 32px 24px 32px;font:15px/1.6 sans-serif;color:#222222;">
`, html.EscapeString(p.language), html.EscapeString(p.subject), html.EscapeString(accent), html.EscapeString(p.brand.Name))
	for paragraph := range strings.SplitSeq(strings.TrimSpace(p.body), "\n\n") {
		fmt.Fprintf(&b, "<p style=\"margin:0 0 16px 0;\">%s</p>\n", p.lines(paragraph, accent))
	}
	b.WriteString("</td></tr>\n")
	if p.brand.Footer != "" {
		fmt.Fprintf(&b, "<tr><td style=\"padding:16px 32px;border-top:1px solid #dddddd;font:12px/1.5 sans-serif;color:#5c5c5c;\">%s</td></tr>\n", broken(p.brand.Footer))
	}
	b.WriteString("</table>\n</td></tr></table>\n</body></html>\n")
	return b.String()
}

// lines writes a paragraph. Only the letter's own link can be followed: what looks like
// one in the name of a customer, or in a note, stays text.
func (p page) lines(paragraph, accent string) string {
	text := broken(paragraph)
	if p.link == "" {
		return text
	}
	link := html.EscapeString(p.link)
	return strings.ReplaceAll(text, link, fmt.Sprintf(`<a href="%[1]s" style="color:%[2]s;word-break:break-all;">%[1]s</a>`, link, html.EscapeString(accent)))
}

func broken(text string) string { return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>\n") }

// mostLink is the longest link, in bytes.
const mostLink = 2000

// checkLink refuses what is no address of a page. None is good.
func checkLink(link string) error {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || len(link) > mostLink || oneLine(link) != link || strings.Contains(link, " ") {
		return fmt.Errorf("the link of a letter is no address such as https://billing.example.com/d/…")
	}
	return nil
}
