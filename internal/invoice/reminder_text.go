package invoice

// letters are the reminders that come with Sluice, English first.
var letters = []letter{
	{
		tags: []string{"en"}, group: ",", point: ".", date: "2 January 2006",
		steps: [3]string{`Reminder: invoice {number}

To {customer}

Invoice {number} of {issued} over {total} was due on {due}. By our records {open} has not arrived yet.
Please pay it within the next few days. If it is on its way already, this letter needs no answer.

{payment}

{seller}, {today}`,
			`Second reminder: invoice {number}

To {customer}

We wrote to you about invoice {number} of {issued} over {total}. It was due on {due}, which is {days} days ago, and {open} is
still open. Please pay it within ten days, or tell us what stands in the way.

{payment}

{seller}, {today}`,
			`Last reminder: invoice {number}

To {customer}

Invoice {number} of {issued} over {total} has been overdue for {days} days, since {due}. In spite of two reminders {open} is
still open. Please pay it at once. If it does not arrive within ten days we will have to take further steps.

{payment}

{seller}, {today}`},
	},
	{
		tags: []string{"ja"}, group: ",", point: ".", date: "2006/01/02",
		steps: [3]string{`お支払いのご確認（請求書 {number}）

{customer} 御中

{issued} 付け請求書 {number}（{total}）は {due} がお支払期限でしたが、{open} の入金をまだ確認できておりません。
数日中にお支払いくださいますようお願いいたします。行き違いですでにお支払い済みの場合は、ご容赦ください。

{payment}

{today} {seller}`,
			`お支払いのお願い・2回目（請求書 {number}）

{customer} 御中

請求書 {number}（{issued} 付け、{total}）について先にご連絡いたしましたが、お支払期限 {due} から {days} 日を過ぎても {open} が
未入金です。10日以内にお支払いいただくか、ご事情をお知らせください。

{payment}

{today} {seller}`,
			`最終のお支払いのお願い（請求書 {number}）

{customer} 御中

請求書 {number}（{issued} 付け、{total}）は、お支払期限 {due} から {days} 日を過ぎ、2回のご連絡の後も {open} が未入金です。
ただちにお支払いください。10日以内に入金がない場合は、次の手続きに進まざるを得ません。

{payment}

{today} {seller}`},
	},
	{
		tags: []string{"de"}, group: ".", point: ",", date: "02.01.2006",
		steps: [3]string{`Zahlungserinnerung zur Rechnung {number}

An {customer}

Die Rechnung {number} vom {issued} über {total} war am {due} fällig. Bei uns fehlen davon noch {open}.
Bitte überweisen Sie den Betrag in den nächsten Tagen. Hat sich Ihre Zahlung mit diesem Schreiben überschnitten, ist nichts
weiter zu tun.

{payment}

{seller}, {today}`,
			`Mahnung zur Rechnung {number}

An {customer}

An die Rechnung {number} vom {issued} über {total} haben wir Sie bereits erinnert. Sie ist seit dem {due} fällig, das sind
{days} Tage, und {open} sind noch offen. Bitte zahlen Sie innerhalb von zehn Tagen, oder sagen Sie uns, was dem entgegensteht.

{payment}

{seller}, {today}`,
			`Letzte Mahnung zur Rechnung {number}

An {customer}

Die Rechnung {number} vom {issued} über {total} ist seit {days} Tagen überfällig, seit dem {due}. Trotz zweier Schreiben sind
noch {open} offen. Bitte zahlen Sie sofort. Geht der Betrag nicht innerhalb von zehn Tagen ein, müssen wir weitere Schritte
einleiten.

{payment}

{seller}, {today}`},
	},
	{
		tags: []string{"fr"}, group: "\u202f", point: ",", date: "02/01/2006",
		steps: [3]string{`Rappel : facture {number}

À {customer}

La facture {number} du {issued} d’un montant de {total} était à payer le {due}. Sauf erreur de notre part, {open} ne nous sont
pas encore parvenus. Merci de régler cette somme dans les prochains jours. Si le paiement est en cours, ne tenez pas compte de
cette lettre.

{payment}

{seller}, le {today}`,
			`Deuxième rappel : facture {number}

À {customer}

Nous vous avons déjà écrit au sujet de la facture {number} du {issued} d’un montant de {total}. Elle était à payer le {due}, il
y a {days} jours, et {open} restent dus. Merci de payer sous dix jours, ou de nous dire ce qui s’y oppose.

{payment}

{seller}, le {today}`,
			`Dernier rappel : facture {number}

À {customer}

La facture {number} du {issued} d’un montant de {total} est en retard de {days} jours, depuis le {due}. Malgré deux rappels,
{open} restent dus. Merci de payer immédiatement. Sans paiement sous dix jours, nous devrons engager d’autres démarches.

{payment}

{seller}, le {today}`},
	},
	{
		tags: []string{"es"}, group: ".", point: ",", date: "02/01/2006",
		steps: [3]string{`Recordatorio: factura {number}

A {customer}

La factura {number} del {issued} por {total} vencía el {due}. Según nuestros registros, aún no hemos recibido {open}.
Le rogamos que lo pague en los próximos días. Si el pago ya está en camino, no hace falta que responda.

{payment}

{seller}, {today}`,
			`Segundo recordatorio: factura {number}

A {customer}

Ya le escribimos sobre la factura {number} del {issued} por {total}. Venció el {due}, hace {days} días, y quedan {open} por
pagar. Le rogamos que pague en un plazo de diez días o que nos diga qué lo impide.

{payment}

{seller}, {today}`,
			`Último recordatorio: factura {number}

A {customer}

La factura {number} del {issued} por {total} lleva {days} días vencida, desde el {due}. A pesar de dos recordatorios, quedan
{open} por pagar. Le rogamos que pague de inmediato. Si no recibimos el importe en diez días, tendremos que tomar otras medidas.

{payment}

{seller}, {today}`},
	},
	{
		tags: []string{"ko"}, group: ",", point: ".", date: "2006-01-02",
		steps: [3]string{`결제 안내: 청구서 {number}

{customer} 귀중

{issued}자 청구서 {number}({total})의 지급 기한은 {due}이었으나, {open}이(가) 아직 입금되지 않은 것으로 확인됩니다.
며칠 안에 지급해 주시기 바랍니다. 이미 송금하셨다면 이 안내는 무시하셔도 됩니다.

{payment}

{today} {seller}`,
			`2차 결제 안내: 청구서 {number}

{customer} 귀중

{issued}자 청구서 {number}({total})에 대해 이미 안내드렸으나, 지급 기한 {due}에서 {days}일이 지난 지금도 {open}이(가) 미납
상태입니다. 10일 안에 지급하시거나 지급이 어려운 사정을 알려 주시기 바랍니다.

{payment}

{today} {seller}`,
			`최종 결제 안내: 청구서 {number}

{customer} 귀중

{issued}자 청구서 {number}({total})는 지급 기한 {due}에서 {days}일이 지났으며, 두 차례의 안내에도 {open}이(가) 미납 상태입니다.
즉시 지급해 주시기 바랍니다. 10일 안에 입금되지 않으면 추가 조치를 취할 수밖에 없습니다.

{payment}

{today} {seller}`},
	},
	{
		tags: []string{"zh", "zh-CN", "zh-Hans"}, group: ",", point: ".", date: "2006-01-02",
		steps: [3]string{`付款提醒：账单 {number}

致 {customer}

{issued} 的账单 {number}（{total}）已于 {due} 到期。根据我们的记录，尚未收到 {open}。
请在近日内付款。如已付款，请忽略此函。

{payment}

{seller}，{today}`,
			`第二次付款提醒：账单 {number}

致 {customer}

我们已就 {issued} 的账单 {number}（{total}）与您联系。该账单于 {due} 到期，至今已逾期 {days} 天，仍有 {open} 未付。
请在十天内付款，或告知未能付款的原因。

{payment}

{seller}，{today}`,
			`最后一次付款提醒：账单 {number}

致 {customer}

{issued} 的账单 {number}（{total}）自 {due} 起已逾期 {days} 天。经两次提醒，仍有 {open} 未付。
请立即付款。如十天内仍未收到款项，我们将不得不采取进一步措施。

{payment}

{seller}，{today}`},
	},
	{
		tags: []string{"zh-TW", "zh-HK", "zh-MO", "zh-Hant"}, group: ",", point: ".", date: "2006/01/02",
		steps: [3]string{`付款提醒：帳單 {number}

致 {customer}

{issued} 的帳單 {number}（{total}）已於 {due} 到期。依我們的紀錄，尚未收到 {open}。
請於近日內付款。如已付款，請忽略此函。

{payment}

{seller}，{today}`,
			`第二次付款提醒：帳單 {number}

致 {customer}

我們已就 {issued} 的帳單 {number}（{total}）與您聯絡。該帳單於 {due} 到期，至今已逾期 {days} 天，仍有 {open} 未付。
請於十天內付款，或告知未能付款的原因。

{payment}

{seller}，{today}`,
			`最後一次付款提醒：帳單 {number}

致 {customer}

{issued} 的帳單 {number}（{total}）自 {due} 起已逾期 {days} 天。經兩次提醒，仍有 {open} 未付。
請立即付款。如十天內仍未收到款項，我們將不得不採取進一步措施。

{payment}

{seller}，{today}`},
	},
}
