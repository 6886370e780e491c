import { Anchor, Button, List, Text } from "@mantine/core";
import { IconAlertTriangle, IconClock, IconFileDiff, IconFileOff, IconInfoCircle, IconRefresh } from "@tabler/icons-react";
import { Link } from "react-router";

import { type Schema, useChange } from "../../api/query";
import { Change } from "../../ui/amount";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import type { Document, Finding, Payer } from "./facts";
import { titleOf, useWaive } from "./finding";
import classes from "./month.module.css";
import type { Work } from "./work";

type Begin = (work: Work, groups?: string[]) => unknown;

/** A payer whose month the provider has not closed. */
export function PayerRow({ payer, period, findings, calendar, begin }: { payer: Payer; period: string; findings: Finding[]; calendar: Schema<"PipelineCalendarEntry">[]; begin: Begin }) {
  const t = useWords("month");
  const f = useFormats();
  const can = useCan();
  const waive = useWaive(period);
  const usual = calendar.find((c) => c.payer === payer.payer && c.part === "usage");
  return (
    <li className={classes.row}>
      <IconClock size={18} color={usual?.standing === "late" ? "var(--warn)" : "var(--info)"} className={classes.sign} aria-hidden />
      <div className={classes.words}>
        <Text fw={600}>{t("payer.open", { payer: payer.name || payer.payer })}</Text>
        <Text size="sm">{payer.open_usage_lines > 0 ? t("payer.lines", { count: payer.open_usage_lines, lines: f.number(payer.open_usage_lines) }) : payer.why}</Text>
        <Text size="sm" c="dimmed">
          {[usual && t(usual.standing === "late" ? "payer.late" : "payer.due", { day: f.day(usual.day) }), payer.last_loaded && t("payer.loaded", { at: f.time(payer.last_loaded) })].filter(Boolean).join(" ")}
        </Text>
      </div>
      <div className={classes.actions}>
        {findings.length > 0 && can("findings.waive") && <Button size="compact-sm" variant="subtle" color="gray" onClick={() => void waive(findings)}>{t("waive.action")}</Button>}
        {can("months.run") && <Button size="compact-sm" variant="default" onClick={() => void begin("ingest")}>{t("payer.load")}</Button>}
      </div>
    </li>
  );
}

/** What was declared or loaded after the month was priced. */
export function ChangedRow({ what, begin }: { what: string[]; begin: Begin }) {
  const t = useWords("month");
  const can = useCan();
  return (
    <li className={classes.row}>
      <IconRefresh size={18} color="var(--warn)" className={classes.sign} aria-hidden />
      <div className={classes.words}>
        <Text fw={600}>{t("changed.title")}</Text>
        <List size="sm" className={classes.code}>{what.slice(0, 8).map((w) => <List.Item key={w}>{w}</List.Item>)}</List>
      </div>
      <div className={classes.actions}>{can("months.run") && <Button size="compact-sm" variant="default" onClick={() => void begin("close")}>{t("changed.yes")}</Button>}</div>
    </li>
  );
}

/** A document that would become another one if it were made now. */
export function DraftNeedRow({ need, begin }: { need: Schema<"DeskDraftNeed">; begin: Begin }) {
  const t = useWords("month");
  const can = useCan();
  const stuck = need.change === "undraftable";
  const Sign = stuck ? IconFileOff : IconFileDiff;
  return (
    <li className={classes.row}>
      <Sign size={18} color={stuck ? "var(--bad)" : "var(--warn)"} className={classes.sign} aria-hidden />
      <div className={classes.words}>
        <Text fw={600}>
          {t(`need.${need.change}` as "need.changed")} <Anchor component={Link} to={need.change === "new" || stuck ? `/groups/${encodeURIComponent(need.group)}` : `/invoices/${encodeURIComponent(need.id)}`} className="id">{need.group}</Anchor>
        </Text>
        <div className={classes.code}>{need.why.join("; ")}</div>
      </div>
      <div className={classes.actions}>
        {!stuck && <Change value={need.total.difference} currency={need.currency} digits={need.digits} />}
        {!stuck && can("months.run") && <Button size="compact-sm" variant="default" onClick={() => void begin("draft", [need.group])}>{t("need.draft")}</Button>}
        {stuck && <Button component={Link} to={`/groups/${encodeURIComponent(need.group)}?tab=settings`} size="compact-sm" variant="default">{t("need.settings")}</Button>}
      </div>
    </li>
  );
}

/** A draft with something that is not as expected: looked at, then accepted. */
export function UnexpectedRow({ scope, findings, documents }: { scope: string; findings: Finding[]; documents: Document[] }) {
  const t = useWords("month");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const explain = useExplain();
  const accept = useChange("post", "/api/v1/invoices/{id}/accept", { refreshes: ["/api/v1/months", "/api/v1/invoices"] });
  const draft = documents.find((d) => d.group === scope && d.state === "draft");
  const id = draft?.id ?? findings[0]!.subject.split(" ")[0]!;

  async function ask() {
    const yes = await confirm({
      title: t("unexpected.accept.title"), reason: true, yes: t("unexpected.accept.yes"),
      children: <>{draft && <Text>{t("unexpected.accept.total", { buyer: draft.buyer, amount: f.money(draft.total, draft.currency, draft.digits) })}</Text>}<Text size="sm" c="dimmed">{t("unexpected.accept.help", { count: findings.length })}</Text></>,
    });
    if (!yes) return;
    accept.mutate({ params: { path: { id } }, body: { reason: yes.reason } }, {
      onSuccess: () => told(t("unexpected.accept.done")),
      onError: (error) => refused(t("unexpected.accept.failed"), explain(error)),
    });
  }

  return (
    <li className={classes.row}>
      <IconAlertTriangle size={18} color="var(--warn)" className={classes.sign} aria-hidden />
      <div className={classes.words}>
        <Text fw={600}>{t("unexpected.title", { count: findings.length, buyer: draft?.buyer ?? scope })}</Text>
        <List size="sm" spacing={1} c="dimmed">
          {findings.map((x) => {
            const rest = x.subject.split(" ").slice(1).join(" ");
            return <List.Item key={x.id} title={x.message}>{rest ? `${titleOf(t, x)}: ${rest}` : titleOf(t, x)}{x.currency && <> <Text span c="var(--text)" size="sm">{x.code === "expect-change" ? <Change value={x.amount} currency={x.currency} /> : <span className="num">{f.money(x.amount, x.currency)}</span>}</Text></>}</List.Item>;
          })}
        </List>
      </div>
      <div className={classes.actions}>
        <Button component={Link} to={`/invoices/${encodeURIComponent(id)}?tab=comparison`} size="compact-sm" variant="default">{t("unexpected.look")}</Button>
        {can("findings.waive") && <Button size="compact-sm" variant="default" loading={accept.isPending} onClick={() => void ask()}>{t("unexpected.accept.action")}</Button>}
      </div>
    </li>
  );
}

/** A group whose settings of the month are not those of its master any more. */
export function MasterRow({ settings, period }: { settings: Schema<"DeskMonthSettings">; period: string }) {
  const t = useWords("month");
  const f = useFormats();
  return (
    <li className={classes.row}>
      <IconInfoCircle size={18} color="var(--soft)" className={classes.sign} aria-hidden />
      <div className={classes.words}>
        <Text fw={600}>{t("master.title", { group: settings.group, month: f.period(period) })}</Text>
        <Text size="sm" c="dimmed">{t("master.why", { count: settings.differs?.length ?? 0, names: (settings.differs ?? []).join(", ") })}</Text>
      </div>
      <div className={classes.actions}><Button component={Link} to={`/groups/${encodeURIComponent(settings.group)}?tab=settings&layer=month`} size="compact-sm" variant="default">{t("need.settings")}</Button></div>
    </li>
  );
}
