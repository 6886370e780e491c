package deliver

import (
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var japanese = labels{
	invoice: "請求書", creditNote: "返還請求書", draft: "下書き", preview: "プレビュー",
	draftNote:   "この書類は下書きです。お支払いの請求ではなく、内容が変わることがあります。",
	previewNote: "この書類はクラウド事業者の月次確定前に作成したプレビューです。お支払いの請求ではありません。",
	number:      "請求番号", period: "対象期間", issued: "発行日", due: "お支払期限",
	billTo: "請求先", honorific: "御中", registration: "登録番号",

	service: "サービス", cost: "利用額（%s）", rate: "為替レート", amount: "金額（%s）",
	continued: "続き", marketplace: "マーケットプレイス", total: "合計",
	items: "追加項目", item: "項目", unitPrice: "単価", quantity: "数量", taxFreeItem: "非課税",
	usage: "利用料", subtotal: "小計", discountOnUsage: "利用料の割引 %s",
	afterDiscount: "割引後", beforeTax: "税抜合計",
	tax: "消費税", taxOn: "%s %s（対象 %s）", taxTotal: "税額合計", grandTotal: "総合計", payable: "ご請求金額", credited: "ご返金額",
	rates: "為替レート", commonRate: "共通", payerRate: "支払いアカウント %s", groupRate: "請求グループ",
	rounding:   "端数処理",
	perService: "サービスごとに全桁で換算し、%sの後に合計しています。",
	perAccount: "アカウントごとに全桁で合計し、合計を%sしています。明細は端数処理後の表示です。",
	perInvoice: "全アカウントを全桁で合計し、合計を%sしています。明細とアカウント合計は端数処理後の表示です。",
	residue:    "利用料の正確な合計との差額：%s %s",
	payment:    "お支払方法", note: "備考", page: "%d / %d ページ",
	pricing:    "料金の算定",
	asApplied:  "%sのリザベーションなどの利用契約割引は、クラウド事業者がこの請求グループ内で適用したとおりに計算しています。時間ごとの内訳は事業者の明細に含まれていません。",
	byDay:      "クラウド事業者の明細が日単位のため、利用契約割引は日単位で適用しています。",
	tiersAlone: "従量段階は、支払いアカウントの当月実績をもとに、この請求グループ単独で計算しています。",
	modes: map[money.Rounding]string{
		money.HalfUp: "四捨五入", money.HalfEven: "偶数丸め", money.Down: "切り捨て", money.Up: "切り上げ",
	},

	debitNote: "追加請求書", qualified: "適格請求書", qualifiedReturn: "適格返還請求書", provider: "クラウド事業者",
	corrects: "%s（%s発行）の訂正", reason: "訂正理由：%s",
	differences: "金額はすべて、元の請求書とこれまでの訂正の合計との差額です。",
	entry:       "調整項目", account: "アカウント %s", addedBelow: "%s（合計欄に計上）",
	support: "サポート料金", agency: "請求代行手数料", ofBase: "%s（対象 %s）", atLeast: "最低 %s", adjusted: "調整 %s",
	discountOnUsageAndSupport: "利用料とサポート料金の割引 %s", discountOnSubtotal: "小計の割引 %s",
	surchargeOnUsage: "利用料の割増 %s", surchargeOnUsageAndSupport: "利用料とサポート料金の割増 %s",
	surchargeOnSubtotal: "小計の割増 %s", otherServices: "その他のサービス",
	promised: "契約額 %s、実績 %s",
	coupon:   "クーポン %s", taxOnNothing: "%s（対象 %s）", totalWithTax: "税込合計", within: "うち%s",
	prepaid: "前払残高からの充当", balance: "残高：充当前 %s、充当後 %s", carried: "前払残高への繰入",
	charges: map[string]string{"minimum": "最低請求額との差額", "commitment": "利用コミットメントの不足額"},
	categories: map[string]string{
		"standard": "標準税率", "reduced": "軽減税率対象", "zero": "免税",
		"exempt": "非課税", "reverse-charge": "リバースチャージ", "out-of-scope": "不課税",
	},
	taxes: map[string]string{"VAT": "付加価値税", "Consumption tax": "消費税", "Service tax": "サービス税"},
	reasons: map[string]string{
		"VATEX-EU-AE": "リバースチャージ方式：納税義務者は買手です",
		"VATEX-EU-O":  "付加価値税の課税対象外",
		"ABROAD":      "国外の顧客への役務提供",
		"EXPORT":      "役務の輸出",
		"IN-LUT":      underUndertaking,
	},
	why: map[string]string{
		invoice.Restated:  "クラウド事業者による当月利用料の変更",
		invoice.Repriced:  "単価またはアカウントの帰属の変更",
		invoice.Resettled: "請求条件の変更",
	},

	totals: "合計欄", accountsSummary: "アカウント別", accountHead: "アカウント", carriedForward: "次ページへ繰越", broughtForward: "前ページより繰越", billingGroup: "請求グループ",
	customerNumber: "お客様番号", buyerReference: "貴社参照番号", order: "注文番号", contract: "契約番号", project: "プロジェクト", accounting: "部門コード", bankDetails: "お振込先",
	bankName: "銀行名", bankBranch: "支店名", bankCode: "銀行コード", accountKind: "口座種別", ordinaryAccount: "普通", currentAccount: "当座", accountNumber: "口座番号",
	accountHolder: "口座名義", paymentReference: "振込時の番号", payByCode: "コードで支払う", seal: "社印", contents: "目次", changes: "前月からの変化", before: "前月",
	difference: "差額", change: "増減率", appeared: "新規", vanished: "終了", usageDetail: "利用明細", commitments: "利用契約割引", commitment: "契約", until: "終了日",
	used: "利用率", saved: "削減額（%s）", adjustments: "調整項目", dateHead: "日付",

	group: ",", point: ".", percent: "%", date: "2006年1月2日",
}
