package deliver

import (
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var korean = labels{
	invoice: "청구서", creditNote: "대변전표", draft: "초안", preview: "미리보기",
	draftNote:   "이 문서는 초안입니다. 지급 청구가 아니며 내용이 변경될 수 있습니다.",
	previewNote: "이 문서는 클라우드 공급자의 월 마감 전에 작성된 미리보기입니다. 지급 청구가 아닙니다.",
	number:      "번호", period: "청구 기간", issued: "발행일", due: "지급 기한",
	billTo: "청구처", honorific: "귀중", registration: "사업자등록번호",

	service: "서비스", cost: "이용 금액 (%s)", rate: "환율", amount: "금액 (%s)",
	continued: "계속", marketplace: "마켓플레이스", total: "합계",
	items: "추가 항목", item: "항목", unitPrice: "단가", quantity: "수량", taxFreeItem: "면세",
	usage: "이용료", subtotal: "소계", discountOnUsage: "이용료 할인 %s",
	afterDiscount: "할인 후", beforeTax: "세전 합계",
	tax: "부가가치세", taxOn: "%s %s (과세 표준 %s)", taxTotal: "세액 합계", grandTotal: "총계", payable: "청구 금액", credited: "환급 금액",
	rates: "환율", commonRate: "공통", payerRate: "지급 계정 %s", groupRate: "청구 그룹",
	rounding:   "단수 처리",
	perService: "서비스별로 전체 자릿수로 환산하여 %s한 후 합산합니다.",
	perAccount: "계정별로 정확한 금액을 합산하여 합계를 %s합니다. 명세는 단수 처리하여 표시합니다.",
	perInvoice: "모든 계정의 정확한 금액을 합산하여 합계를 %s합니다. 명세와 계정 합계는 단수 처리하여 표시합니다.",
	residue:    "정확한 이용료와의 차이: %s %s",
	payment:    "지급 방법", note: "비고", page: "%d / %d 페이지",
	pricing:    "요금 산정",
	asApplied:  "%s의 예약 및 기타 약정 할인은 클라우드 공급자가 이 청구 그룹 안에서 적용한 대로 계산합니다. 시간별 내역은 공급자의 명세에 없습니다.",
	byDay:      "공급자의 명세가 일 단위이므로 약정 할인을 일 단위로 적용합니다.",
	tiersAlone: "사용량 구간은 지급 계정의 해당 월 실적을 바탕으로 이 청구 그룹만으로 계산합니다.",
	modes: map[money.Rounding]string{
		money.HalfUp: "반올림", money.HalfEven: "짝수 반올림", money.Down: "절사", money.Up: "올림",
	},

	debitNote: "추가 청구서", provider: "클라우드 공급자",
	corrects: "청구서 %s(%s 발행) 정정", reason: "정정 사유: %s",
	differences: "모든 금액은 원래 청구서와 이전 정정분의 합계와의 차액입니다.",
	entry:       "조정 항목", account: "계정 %s", addedBelow: "%s (합계란에 포함)",
	support: "지원 요금", agency: "청구 대행 수수료", ofBase: "%s (대상 %s)", atLeast: "최소 %s", adjusted: "조정 %s",
	discountOnUsageAndSupport: "이용료 및 지원 요금 할인 %s", discountOnSubtotal: "소계 할인 %s",
	surchargeOnUsage: "이용료 할증 %s", surchargeOnUsageAndSupport: "이용료 및 지원 요금 할증 %s",
	surchargeOnSubtotal: "소계 할증 %s", otherServices: "기타 서비스",
	promised: "약정 %s, 실적 %s",
	coupon:   "쿠폰 %s", taxOnNothing: "%s (대상 %s)", totalWithTax: "세금 포함 총계", within: "이 중 %s",
	prepaid: "선불 잔액에서 차감", balance: "잔액: 차감 전 %s, 차감 후 %s", carried: "선불 잔액에 적립",
	charges: map[string]string{"minimum": "최소 청구액 차액", "commitment": "약정 사용액 부족분"},
	categories: map[string]string{
		"standard": "일반세율", "reduced": "경감세율", "zero": "영세율",
		"exempt": "면세", "reverse-charge": "대리납부", "out-of-scope": "과세 대상 아님",
	},
	taxes: map[string]string{"VAT": "부가가치세", "Consumption tax": "소비세", "Service tax": "서비스세"},
	reasons: map[string]string{
		"VATEX-EU-AE": "대리납부: 납세 의무자는 공급받는 자",
		"VATEX-EU-O":  "부가가치세 과세 대상 아님",
		"ABROAD":      "국외 고객에 대한 용역 공급",
		"EXPORT":      "용역의 수출",
		"IN-LUT":      underUndertaking,
	},
	why: map[string]string{
		invoice.Restated:  "공급자가 해당 월의 사용량을 변경함",
		invoice.Repriced:  "단가 또는 계정 귀속이 변경됨",
		invoice.Resettled: "청구 조건이 변경됨",
	},

	totals: "합계", accountsSummary: "계정별", accountHead: "계정", carriedForward: "다음 장으로 이월", broughtForward: "앞 장에서 이월", billingGroup: "청구 그룹",
	customerNumber: "고객 번호", buyerReference: "귀사 참조", order: "발주 번호", contract: "계약 번호", project: "프로젝트", accounting: "비용 센터", bankDetails: "입금 계좌",
	bankName: "은행", bankBranch: "지점", bankCode: "은행 코드", accountKind: "계좌 종류", ordinaryAccount: "보통", currentAccount: "당좌", accountNumber: "계좌 번호",
	accountHolder: "예금주", paymentReference: "입금 참조", payByCode: "코드로 결제", seal: "회사 인감", contents: "목차", changes: "전월 대비 변화", before: "이전",
	difference: "차액", change: "증감률", appeared: "신규", vanished: "종료", usageDetail: "이용 내역", commitments: "약정", commitment: "약정", until: "종료일",
	used: "이용률", saved: "절감액 (%s)", adjustments: "조정 항목", dateHead: "날짜",

	group: ",", point: ".", percent: "%", date: "2006년 1월 2일",
}
