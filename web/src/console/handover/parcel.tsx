import { Anchor, Button, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { IconBan, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { type Schema, useAsk } from "../../api/query";
import { Id } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Facts } from "../../ui/page";
import { Answer, Notice, State } from "../../ui/state";
import { useWords } from "../../words/words";
import { useActing } from "./acting";
import classes from "./handover.module.css";
import { byHand, destination, documentOf, type Route, stuck, tones, useNames, waits } from "./known";
import { useTerms } from "./words";

/** One hand-over: where it stands, and what came of each try. */
export function OneParcel({ id, routes, close }: { id: string | null; routes?: Route[]; close: () => void }) {
  const t = useWords("handover");
  const ui = useWords("ui");
  return (
    <Drawer opened={!!id} onClose={close} position="right" size="min(640px, 100vw)" title={t("parcel.title")} closeButtonProps={{ "aria-label": ui("close") }}>
      {id && <Content id={id} routes={routes} />}
    </Drawer>
  );
}

function Content({ id, routes }: { id: string; routes?: Route[] }) {
  const shown = useAsk("/api/v1/handover/parcels/{id}", { params: { path: { id } } }, { every: 5000 });
  return <Answer of={shown} lines={10}>{(log) => <Log log={log} route={routes?.find((r) => r.id === log.parcel.route)} />}</Answer>;
}

function Log({ log: { parcel: p, attempts }, route }: { log: Schema<"HandoverLog">; route?: Route }) {
  const t = useWords("handover");
  const f = useFormats();
  const can = useCan();
  const terms = useTerms();
  const names = useNames();
  const act = useActing();
  const document = documentOf(p);
  const facts: [ReactNode, ReactNode][] = [
    [t("column.customer"), can("config.read") ? <Anchor component={Link} key="c" to={`/customers/${encodeURIComponent(p.customer)}`}>{names.customer(p.customer)}</Anchor> : p.customer],
    [t("column.document"), document ? <Anchor component={Link} key="d" to={`/invoices/${encodeURIComponent(document)}`} className="id">{p.subject}</Anchor> : terms.subject(p)],
  ];
  if (route) facts.push([t("column.route"), route.description === byHand ? t("by.hand") : <Anchor component={Link} key="r" to={`/handover/routes/${encodeURIComponent(route.id)}`}>{route.description || terms.by(route.by)}</Anchor>], [t("column.to"), destination(route) || terms.by(route.by)]);
  // Of one that still waits, the receipt is whom it is for; taken are those who have it.
  const has = p.sent_at ? p.receipt : f.list(p.taken ?? []);
  if (has) facts.push([t("parcel.receipt"), has]);
  facts.push([t("column.queued"), f.time(p.queued_at)]);
  if (p.sent_at) facts.push([t("parcel.sentAt"), f.time(p.sent_at)]);
  if (waits(p)) facts.push([t("parcel.due"), f.time(p.due)]);
  if (p.message_id) facts.push([t("parcel.messageID"), <Id key="m" value={p.message_id} most={40} />]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Title order={2}>{terms.one(p.what)}{" · "}{terms.subject(p)}</Title>
        <State tone={tones[p.state] ?? "quiet"}>{terms.state(p)}</State>
      </Group>
      {p.problem && p.state !== "sent" && <Notice tone={stuck(p) ? "bad" : "warn"} title={t(stuck(p) ? `stuck.${p.state}` as "stuck.failed" : "stuck.waiting")}>{p.problem}</Notice>}
      {can("invoices.send") && (
        <Group gap="xs">
          {p.state !== "waiting" && <Button variant={stuck(p) ? "filled" : "default"} leftSection={<IconRefresh size={15} aria-hidden />} onClick={() => void act.retry([p])}>{t("retry")}</Button>}
          {waits(p) && <Button variant="default" leftSection={<IconRefresh size={15} aria-hidden />} onClick={() => void act.retry([p])}>{t("now")}</Button>}
          {waits(p) && <Button variant="subtle" color="red" leftSection={<IconBan size={15} aria-hidden />} onClick={() => void act.cancel([p])}>{t("cancel")}</Button>}
        </Group>
      )}
      <Facts of={facts} />
      <Stack gap={4}>
        <Title order={3}>{t("parcel.tries")}</Title>
        {attempts.length === 0 ? <Text c="dimmed">{t("parcel.noTries")}</Text> : (
          <ol className={classes.tries} reversed>
            {[...attempts].reverse().map((a) => (
              <li key={`${a.attempt} ${a.at} ${a.outcome}`}>
                <Text span c="dimmed" className="num">{a.attempt}</Text>
                <div>
                  <Group gap="xs" justify="space-between">
                    <State tone={tones[a.outcome] ?? "quiet"}>{terms.outcome(a.outcome)}</State>
                    <Text size="sm" c="dimmed" className="num">{t("parcel.took", { time: f.time(a.at), seconds: f.number(Math.round(a.millis / 100) / 10, 1) })}</Text>
                  </Group>
                  <Text size="sm" mt={4} style={{ overflowWrap: "anywhere" }}>{a.detail}</Text>
                </div>
              </li>
            ))}
          </ol>
        )}
      </Stack>
    </Stack>
  );
}
