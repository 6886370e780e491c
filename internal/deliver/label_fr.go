package deliver

import (
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var french = labels{
	invoice: "Facture", creditNote: "Avoir", draft: "BROUILLON", preview: "APERÇU",
	draftNote:   "Ce document est un brouillon. Il ne vaut pas demande de paiement et peut encore changer.",
	previewNote: "Ce document est un aperçu établi avant la clôture du mois du fournisseur. Il ne vaut pas demande de paiement.",
	number:      "Numéro", period: "Période", issued: "Date d’émission", due: "Échéance",
	billTo: "Facturé à", registration: "N° de TVA",

	service: "Service", cost: "Coût (%s)", rate: "Taux", amount: "Montant (%s)",
	continued: "suite", marketplace: "Marketplace", total: "Total",
	items: "Autres lignes", item: "Libellé", unitPrice: "Prix unitaire", quantity: "Quantité", taxFreeItem: "exonéré",
	usage: "Consommation", subtotal: "Sous-total", discountOnUsage: "Remise de %s sur la consommation",
	afterDiscount: "Après remise", beforeTax: "Total hors taxes",
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

	debitNote: "Note de débit", provider: "Fournisseur",
	corrects: "Rectifie la facture %s du %s", reason: "Motif : %s",
	differences: "Tous les montants sont des écarts par rapport à cette facture et à ses avoirs et débits antérieurs.",
	entry:       "régularisation", account: "compte %s", addedBelow: "%s, compris dans les totaux",
	support: "Support", agency: "Frais de gestion", ofBase: "%s sur %s", atLeast: "au moins %s", adjusted: "ajusté de %s",
	discountOnUsageAndSupport: "Remise de %s sur la consommation et le support", discountOnSubtotal: "Remise de %s sur le sous-total",
	surchargeOnUsage: "Majoration de %s sur la consommation", surchargeOnUsageAndSupport: "Majoration de %s sur la consommation et le support",
	surchargeOnSubtotal: "Majoration de %s sur le sous-total", otherServices: "autres services",
	promised: "convenu %s, atteint %s",
	coupon:   "Bon de réduction %s", taxOnNothing: "%s (base %s)", totalWithTax: "Total toutes taxes comprises", within: "dont %s",
	prepaid: "Réglé sur le solde prépayé", balance: "solde avant %s, après %s", carried: "Porté au crédit du solde",
	charges: map[string]string{"minimum": "Complément au minimum de facturation", "commitment": "Complément à l’engagement de dépense"},
	categories: map[string]string{
		"standard": "taux normal", "reduced": "taux réduit", "zero": "taux zéro",
		"exempt": "exonéré", "reverse-charge": "autoliquidation", "out-of-scope": "hors champ de la taxe",
	},
	taxes: map[string]string{"VAT": "TVA", "Consumption tax": "Taxe à la consommation", "Service tax": "Taxe sur les services"},
	reasons: map[string]string{
		"VATEX-EU-AE": "Autoliquidation : taxe due par le preneur",
		"VATEX-EU-O":  "Non soumis à la TVA",
		"ABROAD":      "Prestation à un client établi à l’étranger",
		"EXPORT":      "Exportation de services",
		"IN-LUT":      underUndertaking,
	},
	why: map[string]string{
		invoice.Restated:  "le fournisseur a modifié la consommation du mois",
		invoice.Repriced:  "les prix ou l'affectation des comptes ont changé",
		invoice.Resettled: "les conditions de la facture ont changé",
	},

	totals: "Totaux", accountsSummary: "Comptes", accountHead: "Compte", carriedForward: "À reporter", broughtForward: "Report",
	billingGroup: "Groupe de facturation", customerNumber: "N° client", buyerReference: "Votre référence", order: "N° de commande", contract: "Contrat",
	project: "Projet", accounting: "Centre de coûts", bankDetails: "Coordonnées bancaires", bankName: "Banque", bankBranch: "Agence",
	bankCode: "Code banque", accountKind: "Type de compte", ordinaryAccount: "compte ordinaire", currentAccount: "compte courant",
	accountNumber: "N° de compte", accountHolder: "Titulaire", paymentReference: "Référence", payByCode: "Payer par code",
	seal: "Cachet de l’entreprise", contents: "Sommaire", changes: "Ce qui a changé", before: "Avant", difference: "Écart", change: "Variation",
	appeared: "nouveau", vanished: "disparu", usageDetail: "Détail de la consommation", commitments: "Engagements", commitment: "Engagement",
	until: "Jusqu’au", used: "Utilisé", saved: "Économie (%s)", adjustments: "Régularisations", dateHead: "Date",

	group: "\u00a0", point: ",", percent: "\u00a0%", date: "02/01/2006",
}
