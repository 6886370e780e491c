package deliver

import "github.com/sluice-billing/sluice/internal/money"

var french = labels{
	invoice: "Facture", creditNote: "Avoir", draft: "BROUILLON", preview: "APERÇU",
	draftNote:   "Ce document est un brouillon. Il ne vaut pas demande de paiement et peut encore changer.",
	previewNote: "Ce document est un aperçu établi avant la clôture du mois du fournisseur. Il ne vaut pas demande de paiement.",
	number:      "Numéro", period: "Période", issued: "Date d’émission", due: "Échéance",
	billTo: "Facturé à", registration: "N° de TVA",

	service: "Service", cost: "Coût (%s)", rate: "Taux", amount: "Montant (%s)",
	continued: "suite", marketplace: "Marketplace", total: "Total",
	items: "Autres lignes", item: "Libellé", unitPrice: "Prix unitaire", quantity: "Quantité", taxFreeItem: "exonéré",
	usage: "Consommation", subtotal: "Sous-total", discountOnUsage: "Remise de %s sur la consommation", discountOnAll: "Remise de %s",
	afterDiscount: "Après remise", beforeTax: "Total hors taxes", taxFree: "dont exonéré",
	tax: "TVA", taxOn: "%s %s sur %s", taxTotal: "Total des taxes", grandTotal: "Total toutes taxes comprises", payable: "Montant à payer", credited: "Montant crédité",
	rates: "Taux de change", commonRate: "commun", payerRate: "compte payeur %s", groupRate: "groupe de facturation",
	rounding:   "Arrondi",
	perService: "Chaque ligne est convertie sans perte de précision, arrondie %s, puis additionnée.",
	perAccount: "Les lignes exactes de chaque compte sont additionnées et la somme est arrondie %s ; les lignes sont affichées arrondies.",
	perInvoice: "Les lignes exactes de tous les comptes sont additionnées et la somme est arrondie %s ; lignes et totaux par compte sont affichés arrondis.",
	residue:    "Écart avec la consommation exacte : %s %s.",
	payment:    "Paiement", note: "Remarque", page: "Page %d sur %d",
	pricing:    "Tarification",
	asApplied:  "Les réservations et autres engagements chez %s comptent tels que le fournisseur les a appliqués dans ce groupe de facturation ; son export n’indique pas leurs heures.",
	byDay:      "L’export du fournisseur indique la consommation par jour ; les engagements sont appliqués par jour.",
	tiersAlone: "Les paliers de volume sont ceux de ce groupe de facturation seul, calculés d’après le mois du compte payeur.",
	modes: map[money.Rounding]string{
		money.HalfUp: "au plus proche", money.HalfEven: "au pair le plus proche", money.Down: "vers zéro", money.Up: "en s’éloignant de zéro",
	},

	group: "\u00a0", point: ",", percent: "\u00a0%", date: "02/01/2006",
}
