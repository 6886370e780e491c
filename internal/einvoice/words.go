package einvoice

import (
	"cmp"
	"strings"

	"golang.org/x/text/language"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// words are what an e-invoice says in a language of its own accord: names of lines
// that the settings give none, and why something is not taxed. Those of package
// deliver are for paper; a line of an e-invoice has to be understood alone.
type words struct {
	usage, support, agency, discount, surcharge, coupon, rounding, item, account, provider string
	// taxedAnew is why a correction moves an amount from one tax to another.
	taxedAnew string
	charges   map[string]string // by kind; English is invoice.ChargeNames
	reasons   map[string]string // by code; English is tax.ReasonText
}

var english = words{
	usage: "Cloud services", support: "Support", agency: "Agency fee", discount: "Discount", surcharge: "Surcharge", coupon: "Coupon",
	rounding: "Rounding", item: "Item", account: "Account", provider: "Provider", taxedAnew: "Taxed otherwise",
}

// languages are the words by language; a new one is a line here.
var languages = map[string]words{
	"en": english,
	"de": {
		usage: "Cloud-Dienste", support: "Support", agency: "Abrechnungsgebühr", discount: "Rabatt", surcharge: "Zuschlag", coupon: "Gutschein",
		rounding: "Rundung", item: "Position", account: "Konto", provider: "Anbieter", taxedAnew: "Andere Besteuerung",
		charges: map[string]string{
			"minimum": "Aufstockung auf den Mindestbetrag", "commitment": "Fehlbetrag zum zugesagten Umsatz", "yearly_fee": "Jahresgebühr",
		},
		reasons: map[string]string{
			"VATEX-EU-AE": "Steuerschuldnerschaft des Leistungsempfängers", "VATEX-EU-O": "Nicht steuerbar",
			"VATEX-EU-IC": "Innergemeinschaftliche Lieferung", "VATEX-EU-G": "Steuerfreie Ausfuhr",
		},
	},
	"fr": {
		usage: "Services cloud", support: "Support", agency: "Frais de gestion", discount: "Remise", surcharge: "Majoration", coupon: "Bon de réduction",
		rounding: "Arrondi", item: "Article", account: "Compte", provider: "Fournisseur", taxedAnew: "Taxation différente",
		charges: map[string]string{
			"minimum": "Complément au minimum de facturation", "commitment": "Complément à l’engagement de dépense", "yearly_fee": "Frais annuels",
		},
		reasons: map[string]string{
			"VATEX-EU-AE": "Autoliquidation", "VATEX-EU-O": "Non soumis à la TVA",
			"VATEX-EU-IC": "Livraison intracommunautaire exonérée", "VATEX-EU-G": "Exportation exonérée",
		},
	},
	"es": {
		usage: "Servicios en la nube", support: "Soporte", agency: "Comisión de gestión", discount: "Descuento", surcharge: "Recargo", coupon: "Cupón",
		rounding: "Redondeo", item: "Artículo", account: "Cuenta", provider: "Proveedor", taxedAnew: "Otra tributación",
		charges: map[string]string{
			"minimum": "Complemento hasta el mínimo de facturación", "commitment": "Diferencia con el compromiso de gasto", "yearly_fee": "Cuota anual",
		},
		reasons: map[string]string{
			"VATEX-EU-AE": "Inversión del sujeto pasivo", "VATEX-EU-O": "No sujeto a IVA",
			"VATEX-EU-IC": "Entrega intracomunitaria exenta", "VATEX-EU-G": "Exportación exenta",
		},
	},
	"ja": {
		usage: "クラウド利用料", support: "サポート料金", agency: "請求代行手数料", discount: "割引", surcharge: "割増", coupon: "クーポン",
		rounding: "端数処理", item: "項目", account: "アカウント", provider: "クラウド事業者", taxedAnew: "税区分の変更",
		charges: map[string]string{"minimum": "最低請求額との差額", "commitment": "利用コミットメントの不足額", "yearly_fee": "年額料金"},
		reasons: map[string]string{
			"VATEX-EU-AE": "リバースチャージ方式：納税義務者は買手です", "VATEX-EU-O": "付加価値税の課税対象外", "ABROAD": "国外の顧客への役務提供", "EXPORT": "役務の輸出",
		},
	},
	"ko": {
		usage: "클라우드 이용료", support: "지원 요금", agency: "청구 대행 수수료", discount: "할인", surcharge: "할증", coupon: "쿠폰",
		rounding: "단수 처리", item: "항목", account: "계정", provider: "클라우드 사업자", taxedAnew: "과세 구분 변경",
		charges: map[string]string{"minimum": "최소 청구액 차액", "commitment": "약정 사용액 부족분", "yearly_fee": "연간 요금"},
		reasons: map[string]string{"VATEX-EU-AE": "대리납부: 납세 의무자는 공급받는 자", "VATEX-EU-O": "부가가치세 과세 대상 아님"},
	},
	"zh-Hans": {
		usage: "云服务", support: "支持服务费", agency: "代理手续费", discount: "折扣", surcharge: "附加费", coupon: "优惠券",
		rounding: "舍入", item: "项目", account: "账户", provider: "云服务商", taxedAnew: "税务处理变更",
		charges: map[string]string{"minimum": "最低消费补差", "commitment": "承诺消费补差", "yearly_fee": "年费"},
		reasons: map[string]string{"VATEX-EU-AE": "反向征税：由购买方缴纳税款", "VATEX-EU-O": "不属于增值税征税范围"},
	},
	"zh-Hant": {
		usage: "雲端服務", support: "支援服務費", agency: "代理手續費", discount: "折扣", surcharge: "附加費", coupon: "優惠券",
		rounding: "捨入", item: "項目", account: "帳戶", provider: "雲端供應商", taxedAnew: "課稅方式變更",
		charges: map[string]string{"minimum": "最低消費補差額", "commitment": "承諾消費補差額", "yearly_fee": "年費"},
		reasons: map[string]string{"VATEX-EU-AE": "逆向課稅：由買受人繳納稅款", "VATEX-EU-O": "非屬營業稅課稅範圍"},
	},
}

// wordsOf are the words of a BCP 47 language, English where it has none.
func wordsOf(tag string) words {
	parsed := language.Make(tag)
	base, _ := parsed.Base()
	script, _ := parsed.Script()
	for _, name := range []string{base.String() + "-" + script.String(), base.String()} {
		if w, ok := languages[name]; ok {
			return w
		}
	}
	return english
}

// discountOf names a discount, with its percent and what it is on.
func (w words) discountOf(d invoice.Discount) string {
	name, percent := w.discount, d.Percent
	if percent.Sign() < 0 {
		name, percent = w.surcharge, percent.Neg()
	}
	name += " " + percent.String() + "%"
	if on := append(append([]string{}, d.Services...), d.Accounts...); len(on) > 0 {
		name += ": " + strings.Join(on, ", ")
	}
	return single(name)
}

// chargeOf names a line beside usage: by its label, or by what it is.
func (w words) chargeOf(c invoice.Charge) string {
	fee, isFee := c.Of.(invoice.Fee)
	switch {
	case isFee && c.Part == invoice.PartSupport:
		return single(w.support + " " + fee.Plan)
	case isFee:
		return w.agency
	case c.Label != "":
		return single(c.Label)
	}
	return single(cmp.Or(w.charges[c.Kind], c.Name(), w.item))
}
