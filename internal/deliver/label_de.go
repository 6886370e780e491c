package deliver

import (
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var german = labels{
	invoice: "Rechnung", creditNote: "Gutschrift", draft: "ENTWURF", preview: "VORSCHAU",
	draftNote:   "Dies ist ein Entwurf. Er ist keine Zahlungsaufforderung und kann sich noch ändern.",
	previewNote: "Dies ist eine Vorschau von vor dem Monatsabschluss des Anbieters. Sie ist keine Zahlungsaufforderung.",
	number:      "Nummer", period: "Leistungszeitraum", issued: "Rechnungsdatum", due: "Fällig am",
	billTo: "Rechnung an", registration: "USt-IdNr.",

	service: "Dienst", cost: "Kosten (%s)", rate: "Kurs", amount: "Betrag (%s)",
	continued: "Fortsetzung", marketplace: "Marketplace", total: "Summe",
	items: "Weitere Positionen", item: "Position", unitPrice: "Einzelpreis", quantity: "Menge", taxFreeItem: "steuerfrei",
	usage: "Nutzung", subtotal: "Zwischensumme", discountOnUsage: "Rabatt von %s auf die Nutzung",
	afterDiscount: "Nach Rabatt", beforeTax: "Summe netto",
	tax: "Umsatzsteuer", taxOn: "%s %s auf %s", taxTotal: "Summe Steuern", grandTotal: "Gesamtbetrag", payable: "Zahlbetrag", credited: "Gutgeschriebener Betrag",
	rates: "Wechselkurse", commonRate: "allgemein", payerRate: "Zahlerkonto %s", groupRate: "Abrechnungsgruppe",
	rounding:   "Rundung",
	perService: "Jede Zeile wird mit voller Genauigkeit umgerechnet, %s gerundet und dann summiert.",
	perAccount: "Die genauen Zeilen jedes Kontos werden summiert, die Summe wird %s gerundet; Zeilen sind gerundet gezeigt.",
	perInvoice: "Die genauen Zeilen aller Konten werden summiert, die Summe wird %s gerundet; Zeilen und Kontosummen sind gerundet gezeigt.",
	residue:    "Abweichung von der genauen Nutzung: %s %s.",
	payment:    "Zahlung", note: "Hinweis", page: "Seite %d von %d",
	pricing:    "Preisbildung",
	asApplied:  "Reservierungen und andere Nutzungszusagen bei %s gelten so, wie der Anbieter sie innerhalb dieser Abrechnungsgruppe angewendet hat; sein Export nennt ihre Stunden nicht.",
	byDay:      "Der Export des Anbieters nennt die Nutzung tageweise; Nutzungszusagen werden tageweise angewendet.",
	tiersAlone: "Die Mengenstaffeln gelten für diese Abrechnungsgruppe allein und sind aus dem Monat des Zahlerkontos errechnet.",
	modes: map[money.Rounding]string{
		money.HalfUp: "kaufmännisch", money.HalfEven: "zur geraden Ziffer", money.Down: "zur Null hin", money.Up: "von der Null weg",
	},

	debitNote: "Belastungsanzeige", provider: "Anbieter",
	corrects: "Korrektur zur Rechnung %s vom %s", reason: "Grund: %s",
	differences: "Alle Beträge sind Differenzen zu dem, was diese Rechnung und ihre bisherigen Korrekturen ausweisen.",
	entry:       "Einmalposten", account: "Konto %s", addedBelow: "%s, in den Summen enthalten",
	support: "Support", agency: "Abrechnungsgebühr", ofBase: "%s auf %s", atLeast: "mindestens %s", adjusted: "angepasst um %s",
	discountOnUsageAndSupport: "Rabatt von %s auf Nutzung und Support", discountOnSubtotal: "Rabatt von %s auf die Zwischensumme",
	surchargeOnUsage: "Zuschlag von %s auf die Nutzung", surchargeOnUsageAndSupport: "Zuschlag von %s auf Nutzung und Support",
	surchargeOnSubtotal: "Zuschlag von %s auf die Zwischensumme", otherServices: "übrige Dienste",
	promised: "vereinbart %s, erreicht %s",
	coupon:   "Gutschein %s", taxOnNothing: "%s (Bemessungsgrundlage %s)", totalWithTax: "Gesamtbetrag einschließlich Steuer", within: "davon %s",
	prepaid: "Aus Guthaben beglichen", balance: "Guthaben vorher %s, nachher %s", carried: "Dem Guthaben gutgeschrieben",
	charges: map[string]string{"minimum": "Aufstockung auf den Mindestbetrag", "commitment": "Fehlbetrag zum zugesagten Umsatz"},
	categories: map[string]string{
		"standard": "Regelsatz", "reduced": "ermäßigter Satz", "zero": "Nullsatz",
		"exempt": "steuerbefreit", "reverse-charge": "Reverse Charge", "out-of-scope": "nicht steuerbar",
	},
	taxes: map[string]string{"VAT": "USt.", "Consumption tax": "Verbrauchsteuer", "Service tax": "Dienstleistungssteuer"},
	reasons: map[string]string{
		"VATEX-EU-AE": "Steuerschuldnerschaft des Leistungsempfängers",
		"VATEX-EU-O":  "Nicht steuerbar",
		"ABROAD":      "Leistung an einen Kunden im Ausland",
		"EXPORT":      "Ausfuhr von Dienstleistungen",
		"IN-LUT":      underUndertaking,
	},
	why: map[string]string{
		invoice.Restated:  "der Anbieter hat die Nutzung des Monats geändert",
		invoice.Repriced:  "Preise oder die Zuordnung von Konten haben sich geändert",
		invoice.Resettled: "die Bedingungen der Rechnung haben sich geändert",
	},

	totals: "Summen", accountsSummary: "Konten", accountHead: "Konto", carriedForward: "Übertrag", broughtForward: "Übertrag",
	billingGroup: "Abrechnungsgruppe", customerNumber: "Kundennummer", buyerReference: "Ihr Zeichen", order: "Bestellnummer", contract: "Vertrag",
	project: "Projekt", accounting: "Kostenstelle", bankDetails: "Bankverbindung", bankName: "Bank", bankBranch: "Filiale", bankCode: "Bankleitzahl",
	accountKind: "Kontoart", ordinaryAccount: "Sparkonto", currentAccount: "Girokonto", accountNumber: "Kontonummer", accountHolder: "Kontoinhaber",
	paymentReference: "Verwendungszweck", payByCode: "Mit Code bezahlen", seal: "Firmenstempel", contents: "Inhalt", changes: "Was sich geändert hat",
	before: "Vorher", difference: "Differenz", change: "Änderung", appeared: "neu", vanished: "entfallen", usageDetail: "Nutzung im Einzelnen",
	commitments: "Nutzungszusagen", commitment: "Zusage", until: "Bis", used: "Genutzt", saved: "Ersparnis (%s)", adjustments: "Anpassungen",
	dateHead: "Datum",

	group: ".", point: ",", percent: "\u00a0%", date: "02.01.2006",
}

// swissGerman writes numbers as Switzerland and Liechtenstein do.
var swissGerman = func() labels {
	l := german
	l.group, l.point, l.percent = "’", ".", "%"
	return l
}()
