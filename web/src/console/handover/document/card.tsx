import { ActionIcon, Anchor, Button, Group, Stack, Text, Tooltip } from "@mantine/core";
import { IconLink, IconSend, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { changeOnce, type Schema, useAll, useAsk } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { State } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { useDoing } from "../../setting/doing";
import { Once, type Shown } from "../../setting/once";
import classes from "../handover.module.css";
import { customerOr, destination, type DocumentLink, type Parcel, stuck, tones, touched } from "../known";
import { useTerms } from "../words";
import { HandingOver } from "./handing";
import { LinkMaking } from "./link";

/** On an issued document: what went to whom, links to it, and how to hand it over now. */
export function HandedOver({ invoice }: { invoice: Schema<"ListedInvoice"> }) {
  const t = useWords("handover");
  const can = useCan();
  const [doing, setDoing] = useState<"handing" | "link">();
  const [shown, setShown] = useState<Shown>();
  const path = { params: { path: { id: invoice.id } } };
  const document = useAsk("/api/v1/invoices/{id}", path);
  const parcels = useAll("/api/v1/handover/parcels", { params: { query: { invoice: invoice.id } } }, { every: 10_000 });
  const links = useAll("/api/v1/invoices/{id}/links", path);
  const send = can("invoices.send");
  const none = parcels.data?.rows.length === 0 && links.data?.rows.length === 0;
  return (
    <Card title={t("document.title")}>
      <Stack gap="sm">
        {send && (
          <Group gap="xs">
            <Button variant="default" style={{ flex: 1 }} leftSection={<IconSend size={15} aria-hidden />} disabled={!document.data} onClick={() => setDoing("handing")}>{t("document.do")}</Button>
            <Button variant="default" leftSection={<IconLink size={15} aria-hidden />} onClick={() => setDoing("link")}>{t("link.make")}</Button>
          </Group>
        )}
        {none && <Text size="sm" c="dimmed">{t("document.none")}</Text>}
        {!!parcels.data?.rows.length && <Parcels parcels={parcels.data.rows} />}
        {!!links.data?.rows.length && <Links links={links.data.rows} revoke={send} />}
      </Stack>
      {document.data && <HandingOver opened={doing === "handing"} invoice={invoice} customer={customerOr(document.data.customer)} close={() => setDoing(undefined)} />}
      <LinkMaking opened={doing === "link"} id={invoice.id} close={() => setDoing(undefined)} show={setShown} />
      <Once shown={shown} close={() => setShown(undefined)} />
    </Card>
  );
}

function Parcels({ parcels }: { parcels: Parcel[] }) {
  const t = useWords("handover");
  const f = useFormats();
  const can = useCan();
  const terms = useTerms();
  const routes = useAll("/api/v1/handover/routes", { params: { query: { asked: true } } }, { when: can("config.read") });
  const to = (p: Parcel) => { const route = routes.data?.rows.find((r) => r.id === p.route); return p.receipt || (route && (destination(route) || terms.by(route.by))) || terms.what(p.what); };
  return (
    <ul className={classes.lines} aria-label={t("document.parcels")}>
      {parcels.slice(0, 5).map((p) => (
        <li key={p.id}>
          <div style={{ minWidth: 0 }}>
            <Anchor component={Link} size="sm" to={`/handover?parcel=${encodeURIComponent(p.id)}`} style={{ overflowWrap: "anywhere" }} lineClamp={2}>{to(p)}</Anchor>
            <Text size="xs" c="dimmed" className="num">{f.time(p.sent_at ?? p.queued_at)}</Text>
            {p.problem && p.state !== "sent" && <Text size="xs" c={stuck(p) ? "var(--bad)" : "var(--warn)"} lineClamp={3}>{p.problem}</Text>}
          </div>
          <State tone={tones[p.state] ?? "quiet"}>{terms.state(p)}</State>
        </li>
      ))}
    </ul>
  );
}

/** Links that work, then those that ended. */
function Links({ links, revoke }: { links: DocumentLink[]; revoke: boolean }) {
  const t = useWords("handover");
  const f = useFormats();
  const terms = useTerms();
  const confirm = useConfirm();
  const act = useDoing(touched);
  const [all, setAll] = useState(false);
  const ended = (l: DocumentLink) => (l.revoked_at ? "revoked" : new Date(l.expires).getTime() <= Date.now() ? "expired" : l.most_uses && l.uses >= l.most_uses ? "used" : undefined);
  const shown = links.filter((l) => all || !ended(l));
  const hidden = links.length - shown.length;
  async function end(link: DocumentLink) {
    const yes = await confirm({ title: t("link.revokeTitle"), children: t("link.revokeHelp"), yes: t("link.revoke"), danger: true });
    if (yes) await act(t("notDone"), () => changeOnce("delete", "/api/v1/links/{id}", { params: { path: { id: link.id } } }), t("link.revoked"));
  }
  return (
    <Stack gap={6}>
      <Text size="sm" fw={560}>{t("link.title")}</Text>
      <ul className={classes.lines} aria-label={t("link.title")}>
        {shown.map((l) => {
          const over = ended(l);
          return (
            <li key={l.id}>
              <div style={{ minWidth: 0 }}>
                <Text size="sm">{terms.formats(l.formats)}{" · "}{over ? t(`link.ended.${over}`) : t("link.until", { time: f.time(l.expires) })}</Text>
                <Text size="xs" c="dimmed">{l.most_uses ? t("link.usesOf", { count: l.uses, most: f.number(l.most_uses) }) : t("link.uses", { count: l.uses })}{" · "}{l.handover ? t("link.byMail") : l.created_by}</Text>
              </div>
              {revoke && !over && <Tooltip label={t("link.revoke")}><ActionIcon aria-label={t("link.revokeOf", { time: f.time(l.expires) })} onClick={() => void end(l)}><IconTrash size={15} /></ActionIcon></Tooltip>}
            </li>
          );
        })}
      </ul>
      {(hidden > 0 || all) && links.some(ended) && <Button size="compact-xs" variant="subtle" w="fit-content" onClick={() => setAll(!all)}>{all ? t("link.hideEnded") : t("link.showEnded", { count: hidden })}</Button>}
    </Stack>
  );
}
