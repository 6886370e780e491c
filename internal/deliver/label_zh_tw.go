package deliver

import "github.com/sluice-billing/sluice/internal/money"

var chineseTraditional = labels{
	invoice: "帳單", creditNote: "折讓單", draft: "草稿", preview: "預覽",
	draftNote:   "本文件為草稿，並非付款通知，內容仍可能變更。",
	previewNote: "本文件為雲端服務商月度結算前產生的預覽，並非付款通知。",
	number:      "編號", period: "帳期", issued: "開立日期", due: "付款期限",
	billTo: "客戶", registration: "統一編號",

	service: "服務", cost: "費用（%s）", rate: "匯率", amount: "金額（%s）",
	continued: "續", marketplace: "市集", total: "合計",
	items: "附加項目", item: "項目", unitPrice: "單價", quantity: "數量", taxFreeItem: "免稅",
	usage: "使用費", subtotal: "小計", discountOnUsage: "使用費折扣 %s", discountOnAll: "折扣 %s",
	afterDiscount: "折扣後", beforeTax: "稅前合計", taxFree: "其中免稅",
	tax: "營業稅", taxOn: "%s %s（課稅金額 %s）", taxTotal: "稅額合計", grandTotal: "總計", payable: "應付金額", credited: "退還金額",
	rates: "匯率", commonRate: "通用", payerRate: "付款帳戶 %s", groupRate: "帳單群組",
	rounding:   "捨入",
	perService: "每項服務以完整精度換算，%s後再加總。",
	perAccount: "每個帳戶的精確金額加總後，合計%s；明細以捨入後顯示。",
	perInvoice: "所有帳戶的精確金額加總後，合計%s；明細與帳戶合計以捨入後顯示。",
	residue:    "與精確使用費的差額：%s %s",
	payment:    "付款方式", note: "備註", page: "第 %d 頁，共 %d 頁",
	pricing:    "計價說明",
	asApplied:  "%s的預留及其他承諾使用折扣，依雲端供應商在本帳單群組內的實際套用計算；其帳單資料不含逐小時明細。",
	byDay:      "雲端供應商的帳單資料按日提供，承諾使用折扣按日套用。",
	tiersAlone: "用量階梯依本帳單群組單獨計算，並根據付款帳戶當月資料推算。",
	modes: map[money.Rounding]string{
		money.HalfUp: "四捨五入", money.HalfEven: "四捨六入五成雙", money.Down: "捨去尾數", money.Up: "進位",
	},

	group: ",", point: ".", percent: "%", date: "2006年1月2日",
}
