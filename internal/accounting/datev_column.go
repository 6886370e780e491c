package accounting

import (
	"fmt"
	"strings"
)

// datevColumn is one of a booking; texts are in quotes.
type datevColumn struct {
	name string
	text bool
}

// datevColumns are the 125 columns of format version 13, in the order of the
// description of the Buchungsstapel on developer.datev.de; those of texts begin
// with a quote here.
var datevColumns = func() (columns []datevColumn) {
	numbered := func(form string, from, to int) (names []string) {
		for i := from; i <= to; i++ {
			for _, part := range strings.Split(form, "|") {
				names = append(names, fmt.Sprintf(part, i))
			}
		}
		return names
	}
	names := strings.Split(`Umsatz (ohne Soll/Haben-Kz)|"Soll/Haben-Kennzeichen|"WKZ Umsatz|Kurs|Basis-Umsatz|"WKZ Basis-Umsatz|Konto|Gegenkonto (ohne BU-Schlüssel)|"BU-Schlüssel|`+
		`Belegdatum|"Belegfeld 1|"Belegfeld 2|Skonto|"Buchungstext|Postensperre|"Diverse Adressnummer|Geschäftspartnerbank|Sachverhalt|Zinssperre|"Beleglink`, "|")
	names = append(names, numbered(`"Beleginfo - Art %d|"Beleginfo - Inhalt %d`, 1, 8)...)
	names = append(names, strings.Split(`"KOST1 - Kostenstelle|"KOST2 - Kostenstelle|Kost-Menge|"EU-Land u. UStID (Bestimmung)|EU-Steuersatz (Bestimmung)|"Abw. Versteuerungsart|`+
		`Sachverhalt L+L|Funktionsergänzung L+L|BU 49 Hauptfunktionstyp|BU 49 Hauptfunktionsnummer|BU 49 Funktionsergänzung`, "|")...)
	names = append(names, numbered(`"Zusatzinformation - Art %d|"Zusatzinformation- Inhalt %d`, 1, 20)...)
	names = append(names, strings.Split(`Stück|Gewicht|Zahlweise|"Forderungsart|Veranlagungsjahr|Zugeordnete Fälligkeit|Skontotyp|"Auftragsnummer|"Buchungstyp|`+
		`USt-Schlüssel (Anzahlungen)|"EU-Land (Anzahlungen)|Sachverhalt L+L (Anzahlungen)|EU-Steuersatz (Anzahlungen)|Erlöskonto (Anzahlungen)|"Herkunft-Kz|"Buchungs GUID|`+
		`KOST-Datum|"SEPA-Mandatsreferenz|Skontosperre|"Gesellschaftername|Beteiligtennummer|"Identifikationsnummer|"Zeichnernummer|Postensperre bis|`+
		`"Bezeichnung SoBil-Sachverhalt|Kennzeichen SoBil-Buchung|Festschreibung|Leistungsdatum|Datum Zuord. Steuerperiode|Fälligkeit|"Generalumkehr (GU)|Steuersatz|"Land|`+
		`"Abrechnungsreferenz|BVV-Position|"EU-Land u. UStID (Ursprung)|EU-Steuersatz (Ursprung)|Abw. Skontokonto`, "|")...)
	for _, name := range names {
		plain, text := strings.CutPrefix(name, `"`)
		columns = append(columns, datevColumn{plain, text})
	}
	return columns
}()
