package deliver

import "github.com/sluice-billing/sluice/internal/money"

var spanish = labels{
	invoice: "Factura", creditNote: "Nota de crédito", draft: "BORRADOR", preview: "VISTA PREVIA",
	draftNote:   "Este documento es un borrador. No es una solicitud de pago y aún puede cambiar.",
	previewNote: "Este documento es una vista previa anterior al cierre del mes del proveedor. No es una solicitud de pago.",
	number:      "Número", period: "Período", issued: "Fecha de emisión", due: "Vencimiento",
	billTo: "Facturar a", registration: "NIF-IVA",

	service: "Servicio", cost: "Coste (%s)", rate: "Cambio", amount: "Importe (%s)",
	continued: "continuación", marketplace: "Marketplace", total: "Total",
	items: "Otros conceptos", item: "Concepto", unitPrice: "Precio unitario", quantity: "Cantidad", taxFreeItem: "exento",
	usage: "Consumo", subtotal: "Subtotal", discountOnUsage: "Descuento del %s sobre el consumo", discountOnAll: "Descuento del %s",
	afterDiscount: "Después del descuento", beforeTax: "Total sin impuestos", taxFree: "del cual exento",
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

	group: ".", point: ",", percent: "\u00a0%", date: "02/01/2006",
}
