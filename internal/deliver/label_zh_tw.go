package deliver

import (
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var chineseTraditional = labels{
	invoice: "帳單", creditNote: "折讓單", draft: "草稿", preview: "預覽",
	draftNote:   "本文件為草稿，並非付款通知，內容仍可能變更。",
	previewNote: "本文件為雲端服務商月度結算前產生的預覽，並非付款通知。",
	number:      "編號", period: "帳期", issued: "開立日期", due: "付款期限",
	billTo: "客戶", registration: "統一編號",

	service: "服務", cost: "費用（%s）", rate: "匯率", amount: "金額（%s）",
	continued: "續", marketplace: "市集", total: "合計",
	items: "附加項目", item: "項目", unitPrice: "單價", quantity: "數量", taxFreeItem: "免稅",
	usage: "使用費", subtotal: "小計", discountOnUsage: "使用費折扣 %s",
	afterDiscount: "折扣後", beforeTax: "稅前合計",
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

	debitNote: "補收帳單", provider: "雲端供應商",
	corrects: "更正帳單 %s（%s開立）", reason: "更正原因：%s",
	differences: "所有金額均為與原帳單及先前更正合計的差額。",
	entry:       "調整項目", account: "帳戶 %s", addedBelow: "%s（計入合計欄）",
	support: "支援服務費", agency: "代理服務費", ofBase: "%s（基數 %s）", atLeast: "最低 %s", adjusted: "調整 %s",
	discountOnUsageAndSupport: "使用費及支援服務費折扣 %s", discountOnSubtotal: "小計折扣 %s",
	surchargeOnUsage: "使用費加價 %s", surchargeOnUsageAndSupport: "使用費及支援服務費加價 %s",
	surchargeOnSubtotal: "小計加價 %s", otherServices: "其他服務",
	promised: "約定 %s，實際 %s",
	coupon:   "優惠券 %s", taxOnNothing: "%s（金額 %s）", totalWithTax: "含稅總計", within: "其中%s",
	prepaid: "預付餘額抵扣", balance: "餘額：抵扣前 %s，抵扣後 %s", carried: "轉入預付餘額",
	charges: map[string]string{"minimum": "最低消費補差額", "commitment": "承諾消費補差額"},
	categories: map[string]string{
		"standard": "一般稅率", "reduced": "優惠稅率", "zero": "零稅率",
		"exempt": "免稅", "reverse-charge": "逆向課稅", "out-of-scope": "不課稅",
	},
	taxes: map[string]string{"VAT": "營業稅", "Consumption tax": "消費稅", "Service tax": "服務稅"},
	reasons: map[string]string{
		"VATEX-EU-AE": "逆向課稅：由買受人繳納稅款",
		"VATEX-EU-O":  "非屬營業稅課稅範圍",
		"ABROAD":      "向境外客戶提供之勞務",
		"EXPORT":      "勞務出口",
		"IN-LUT":      underUndertaking,
	},
	why: map[string]string{
		invoice.Restated:  "雲端供應商更改了當月用量",
		invoice.Repriced:  "價格或帳戶歸屬有變更",
		invoice.Resettled: "帳單條件有變更",
	},

	totals: "合計", accountsSummary: "帳戶", accountHead: "帳戶", carriedForward: "轉下頁", broughtForward: "承上頁", billingGroup: "計費群組", customerNumber: "客戶編號",
	buyerReference: "貴方參考號", order: "採購單號", contract: "合約", project: "專案", accounting: "成本中心", bankDetails: "銀行資訊", bankName: "銀行", bankBranch: "分行",
	bankCode: "銀行代碼", accountKind: "帳戶類型", ordinaryAccount: "普通", currentAccount: "支票存款", accountNumber: "帳號", accountHolder: "戶名",
	paymentReference: "付款附言", payByCode: "掃碼付款", seal: "公司印章", contents: "目錄", changes: "變化情況", before: "之前", difference: "差額", change: "變化率",
	appeared: "新增", vanished: "已停止", usageDetail: "用量明細", commitments: "承諾", commitment: "承諾", until: "截止", used: "使用率", saved: "節省（%s）",
	adjustments: "調整項目", dateHead: "日期",

	group: ",", point: ".", percent: "%", date: "2006年1月2日",
}
