package deliver

import "github.com/sluice-billing/sluice/internal/money"

var japanese = labels{
	invoice: "請求書", creditNote: "返還請求書", draft: "下書き", preview: "プレビュー",
	draftNote:   "この書類は下書きです。お支払いの請求ではなく、内容が変わることがあります。",
	previewNote: "この書類はクラウド事業者の月次確定前に作成したプレビューです。お支払いの請求ではありません。",
	number:      "請求番号", period: "対象期間", issued: "発行日", due: "お支払期限",
	billTo: "請求先", honorific: "御中", registration: "登録番号",

	service: "サービス", cost: "利用額（%s）", rate: "為替レート", amount: "金額（%s）",
	continued: "続き", marketplace: "マーケットプレイス", total: "合計",
	items: "追加項目", item: "項目", unitPrice: "単価", quantity: "数量", taxFreeItem: "非課税",
	usage: "利用料", subtotal: "小計", discountOnUsage: "利用料の割引 %s", discountOnAll: "割引 %s",
	afterDiscount: "割引後", beforeTax: "税抜合計", taxFree: "うち非課税",
	tax: "消費税", taxOn: "%s %s（対象 %s）", taxTotal: "税額合計", grandTotal: "総合計", payable: "ご請求金額", credited: "ご返金額",
	rates: "為替レート", commonRate: "共通", payerRate: "支払アカウント %s", groupRate: "請求グループ",
	rounding:   "端数処理",
	perService: "サービスごとに全桁で換算し、%sの後に合計しています。",
	perAccount: "アカウントごとに全桁で合計し、合計を%sしています。明細は端数処理後の表示です。",
	perInvoice: "全アカウントを全桁で合計し、合計を%sしています。明細とアカウント合計は端数処理後の表示です。",
	residue:    "利用料の正確な合計との差額：%s %s",
	payment:    "お支払方法", note: "備考", page: "%d / %d ページ",
	pricing:    "料金の算定",
	asApplied:  "%sのリザベーションなどの利用契約割引は、クラウド事業者がこの請求グループ内で適用したとおりに計算しています。時間ごとの内訳は事業者の明細に含まれていません。",
	byDay:      "クラウド事業者の明細が日単位のため、利用契約割引は日単位で適用しています。",
	tiersAlone: "従量段階は、支払アカウントの当月実績をもとに、この請求グループ単独で計算しています。",
	modes: map[money.Rounding]string{
		money.HalfUp: "四捨五入", money.HalfEven: "偶数丸め", money.Down: "切り捨て", money.Up: "切り上げ",
	},

	group: ",", point: ".", percent: "%", date: "2006年1月2日",
}
