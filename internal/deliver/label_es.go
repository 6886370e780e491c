package deliver

import (
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var spanish = labels{
	invoice: "Factura", creditNote: "Nota de crédito", draft: "BORRADOR", preview: "VISTA PREVIA",
	draftNote:   "Este documento es un borrador. No es una solicitud de pago y aún puede cambiar.",
	previewNote: "Este documento es una vista previa anterior al cierre del mes del proveedor. No es una solicitud de pago.",
	number:      "Número", period: "Período", issued: "Fecha de emisión", due: "Vencimiento",
	billTo: "Facturar a", registration: "NIF-IVA",

	service: "Servicio", cost: "Coste (%s)", rate: "Cambio", amount: "Importe (%s)",
	continued: "continuación", marketplace: "Marketplace", total: "Total",
	items: "Otros conceptos", item: "Concepto", unitPrice: "Precio unitario", quantity: "Cantidad", taxFreeItem: "exento",
	usage: "Consumo", subtotal: "Subtotal", discountOnUsage: "Descuento del %s sobre el consumo",
	afterDiscount: "Después del descuento", beforeTax: "Total sin impuestos",
	tax: "IVA", taxOn: "%s %s sobre %s", taxTotal: "Total de impuestos", grandTotal: "Total con impuestos", payable: "Importe a pagar", credited: "Importe abonado",
	rates: "Tipos de cambio", commonRate: "común", payerRate: "cuenta pagadora %s", groupRate: "grupo de facturación",
	rounding:   "Redondeo",
	perService: "Cada línea se convierte con toda su precisión, se redondea %s y después se suma.",
	perAccount: "Se suman las líneas exactas de cada cuenta y la suma se redondea %s; las líneas se muestran redondeadas.",
	perInvoice: "Se suman las líneas exactas de todas las cuentas y la suma se redondea %s; líneas y totales por cuenta se muestran redondeados.",
	residue:    "Diferencia con el consumo exacto: %s %s.",
	payment:    "Pago", note: "Nota", page: "Página %d de %d",
	pricing:    "Precios",
	asApplied:  "Las reservas y otros compromisos en %s cuentan tal como el proveedor los aplicó dentro de este grupo de facturación; su exportación no indica sus horas.",
	byDay:      "La exportación del proveedor indica el consumo por día; los compromisos se aplican por día.",
	tiersAlone: "Los tramos de volumen son los de este grupo de facturación por sí solo, calculados a partir del mes de la cuenta pagadora.",
	modes: map[money.Rounding]string{
		money.HalfUp: "al más próximo", money.HalfEven: "al par más próximo", money.Down: "hacia cero", money.Up: "alejándose de cero",
	},

	debitNote: "Nota de débito", provider: "Proveedor",
	corrects: "Rectifica la factura %s del %s", reason: "Motivo: %s",
	differences: "Todos los importes son diferencias respecto de esa factura y sus notas anteriores.",
	entry:       "ajuste", account: "cuenta %s", addedBelow: "%s, incluido en los totales",
	support: "Soporte", agency: "Comisión de gestión", ofBase: "%s sobre %s", atLeast: "mínimo %s", adjusted: "ajustado en %s",
	discountOnUsageAndSupport: "Descuento del %s sobre consumo y soporte", discountOnSubtotal: "Descuento del %s sobre el subtotal",
	surchargeOnUsage: "Recargo del %s sobre el consumo", surchargeOnUsageAndSupport: "Recargo del %s sobre consumo y soporte",
	surchargeOnSubtotal: "Recargo del %s sobre el subtotal", otherServices: "otros servicios",
	promised: "acordado %s, alcanzado %s",
	coupon:   "Cupón %s", taxOnNothing: "%s (base %s)", totalWithTax: "Total con impuestos incluidos", within: "del cual %s",
	prepaid: "Pagado con el saldo prepago", balance: "saldo anterior %s, posterior %s", carried: "Abonado al saldo",
	charges: map[string]string{"minimum": "Complemento hasta el mínimo de facturación", "commitment": "Diferencia con el compromiso de gasto"},
	categories: map[string]string{
		"standard": "tipo general", "reduced": "tipo reducido", "zero": "tipo cero",
		"exempt": "exento", "reverse-charge": "inversión del sujeto pasivo", "out-of-scope": "no sujeto",
	},
	taxes: map[string]string{"VAT": "IVA", "Consumption tax": "Impuesto al consumo", "Service tax": "Impuesto sobre servicios"},
	reasons: map[string]string{
		"VATEX-EU-AE": "Inversión del sujeto pasivo",
		"VATEX-EU-O":  "No sujeto a IVA",
		"ABROAD":      "Prestación a un cliente en el extranjero",
		"EXPORT":      "Exportación de servicios",
		"IN-LUT":      underUndertaking,
	},
	why: map[string]string{
		invoice.Restated:  "el proveedor cambió el consumo del mes",
		invoice.Repriced:  "cambiaron los precios o la asignación de cuentas",
		invoice.Resettled: "cambiaron las condiciones de la factura",
	},

	totals: "Totales", accountsSummary: "Cuentas", accountHead: "Cuenta", carriedForward: "Suma y sigue", broughtForward: "Suma anterior",
	billingGroup: "Grupo de facturación", customerNumber: "Cliente", buyerReference: "Su referencia", order: "Pedido", contract: "Contrato",
	project: "Proyecto", accounting: "Centro de coste", bankDetails: "Datos bancarios", bankName: "Banco", bankBranch: "Sucursal",
	bankCode: "Código bancario", accountKind: "Tipo de cuenta", ordinaryAccount: "ordinaria", currentAccount: "corriente",
	accountNumber: "Número de cuenta", accountHolder: "Titular", paymentReference: "Concepto", payByCode: "Pagar con código",
	seal: "Sello de la empresa", contents: "Contenido", changes: "Qué ha cambiado", before: "Antes", difference: "Diferencia", change: "Variación",
	appeared: "nuevo", vanished: "ya no", usageDetail: "Detalle del consumo", commitments: "Compromisos", commitment: "Compromiso", until: "Hasta",
	used: "Utilizado", saved: "Ahorro (%s)", adjustments: "Ajustes", dateHead: "Fecha",

	group: ".", point: ",", percent: "\u00a0%", date: "02/01/2006",
}
