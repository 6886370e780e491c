package deliver

import (
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var chineseSimplified = labels{
	invoice: "账单", creditNote: "贷项通知单", draft: "草稿", preview: "预览",
	draftNote:   "本文件为草稿，并非付款通知，内容仍可能变更。",
	previewNote: "本文件为云服务商月度结算前生成的预览，并非付款通知。",
	number:      "编号", period: "账期", issued: "开具日期", due: "付款期限",
	billTo: "客户", registration: "税务登记号",

	service: "服务", cost: "费用（%s）", rate: "汇率", amount: "金额（%s）",
	continued: "续", marketplace: "云市场", total: "合计",
	items: "附加项目", item: "项目", unitPrice: "单价", quantity: "数量", taxFreeItem: "免税",
	usage: "使用费", subtotal: "小计", discountOnUsage: "使用费折扣 %s",
	afterDiscount: "折扣后", beforeTax: "税前合计",
	tax: "增值税", taxOn: "%s %s（计税金额 %s）", taxTotal: "税额合计", grandTotal: "总计", payable: "应付金额", credited: "退还金额",
	rates: "汇率", commonRate: "通用", payerRate: "付款账户 %s", groupRate: "账单组",
	rounding:   "舍入",
	perService: "每个服务按完整精度换算，%s后再相加。",
	perAccount: "每个账户的精确金额相加后，合计%s；明细按舍入后显示。",
	perInvoice: "所有账户的精确金额相加后，合计%s；明细与账户合计按舍入后显示。",
	residue:    "与精确使用费的差额：%s %s",
	payment:    "付款方式", note: "备注", page: "第 %d 页，共 %d 页",
	pricing:    "计价说明",
	asApplied:  "%s的预留及其他承诺使用折扣，按云服务商在本账单组内的实际应用计算；其账单数据不含逐小时明细。",
	byDay:      "云服务商的账单数据按天提供，承诺使用折扣按天应用。",
	tiersAlone: "用量阶梯按本账单组单独计算，依据付款账户当月数据推算。",
	modes: map[money.Rounding]string{
		money.HalfUp: "四舍五入", money.HalfEven: "四舍六入五成双", money.Down: "舍去尾数", money.Up: "进位",
	},

	debitNote: "借项通知单", provider: "云服务商",
	corrects: "更正账单 %s（%s开具）", reason: "更正原因：%s",
	differences: "所有金额均为与原账单及此前更正合计的差额。",
	entry:       "调整项目", account: "账户 %s", addedBelow: "%s（计入合计栏）",
	support: "支持服务费", agency: "代理服务费", ofBase: "%s（基数 %s）", atLeast: "最低 %s", adjusted: "调整 %s",
	discountOnUsageAndSupport: "使用费及支持服务费折扣 %s", discountOnSubtotal: "小计折扣 %s",
	surchargeOnUsage: "使用费加价 %s", surchargeOnUsageAndSupport: "使用费及支持服务费加价 %s",
	surchargeOnSubtotal: "小计加价 %s", otherServices: "其他服务",
	promised: "约定 %s，实际 %s",
	coupon:   "优惠券 %s", taxOnNothing: "%s（金额 %s）", totalWithTax: "含税总计", within: "其中%s",
	prepaid: "预付余额抵扣", balance: "余额：抵扣前 %s，抵扣后 %s", carried: "转入预付余额",
	charges: map[string]string{"minimum": "最低消费补差", "commitment": "承诺消费补差"},
	categories: map[string]string{
		"standard": "标准税率", "reduced": "低税率", "zero": "零税率",
		"exempt": "免税", "reverse-charge": "反向征税", "out-of-scope": "不征税",
	},
	taxes: map[string]string{"VAT": "增值税", "Consumption tax": "消费税", "Service tax": "服务税"},
	reasons: map[string]string{
		"VATEX-EU-AE": "反向征税：由购买方缴纳税款",
		"VATEX-EU-O":  "不属于增值税征税范围",
		"ABROAD":      "向境外客户提供的服务",
		"EXPORT":      "服务出口",
		"IN-LUT":      underUndertaking,
	},
	why: map[string]string{
		invoice.Restated:  "云服务商更改了当月用量",
		invoice.Repriced:  "价格或账户归属发生变更",
		invoice.Resettled: "账单条款发生变更",
	},

	totals: "合计", accountsSummary: "账户", accountHead: "账户", carriedForward: "转下页", broughtForward: "承上页", billingGroup: "计费组", customerNumber: "客户编号",
	buyerReference: "贵方参考号", order: "采购订单", contract: "合同", project: "项目", accounting: "成本中心", bankDetails: "银行信息", bankName: "开户银行", bankBranch: "支行",
	bankCode: "银行代码", accountKind: "账户类型", ordinaryAccount: "普通", currentAccount: "活期", accountNumber: "账号", accountHolder: "户名",
	paymentReference: "付款附言", payByCode: "扫码付款", seal: "公司印章", contents: "目录", changes: "变化情况", before: "之前", difference: "差额", change: "变化率",
	appeared: "新增", vanished: "已停止", usageDetail: "用量明细", commitments: "承诺", commitment: "承诺", until: "截止", used: "使用率", saved: "节省（%s）",
	adjustments: "调整项目", dateHead: "日期",

	group: ",", point: ".", percent: "%", date: "2006年1月2日",
}
