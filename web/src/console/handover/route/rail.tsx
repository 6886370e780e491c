import { Anchor, Box, Button, Group, Stack, Text } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { useAll, useAsk, useChange } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card, Facts } from "../../../ui/page";
import { Notice, State, useExplain, Waiting } from "../../../ui/state";
import { useWords } from "../../../words/words";
import classes from "../handover.module.css";
import { type Route, stuck, tones } from "../known";
import { useTerms } from "../words";
import { Month } from "./month";
import type { Draft } from "./wish";

interface Props {
  route?: Route;
  draft: Draft;
  changed: boolean;
  turn?: (enabled: boolean) => void; // nothing where one may not
  busy: boolean;
}

/** Beside a route: whether it is on, whether it works, what went by it. */
export function RouteRail({ route, changed, turn, busy }: Props) {
  const t = useWords("handover");
  if (!route) {
    return (
      <Box component="aside" className={classes.rail} aria-label={t("route.about")}>
        <Notice tone="info" title={t("route.fresh")}>{t("route.freshHelp")}</Notice>
      </Box>
    );
  }
  return (
    <Box component="aside" className={`${classes.rail} no-print`} aria-label={t("route.about")}>
      <Standing route={route} turn={changed ? undefined : turn} busy={busy} />
      {turn && <Trying route={route} changed={changed} />}
      <Month route={route} />
      <Went route={route} />
    </Box>
  );
}

function Standing({ route, turn, busy }: { route: Route; turn?: (enabled: boolean) => void; busy: boolean }) {
  const t = useWords("handover");
  const f = useFormats();
  return (
    <Card label={t("column.state")}>
      <Stack gap="sm">
        <Group justify="space-between">
          <State tone={route.enabled ? "good" : "quiet"}>{route.enabled ? t("route.on") : t("route.off")}</State>
          {turn && (
            <Button size="compact-sm" variant={route.enabled ? "default" : "filled"} loading={busy} leftSection={route.enabled ? <IconPlayerPause size={14} aria-hidden /> : <IconPlayerPlay size={14} aria-hidden />} onClick={() => turn(!route.enabled)}>
              {route.enabled ? t("route.turnOff") : t("route.turnOn")}
            </Button>
          )}
        </Group>
        <Text size="sm" c="dimmed">{t(route.enabled ? "route.onHelp" : "route.offHelp")}</Text>
        <Facts of={[...(route.due && route.enabled ? [[t("column.due"), f.time(route.due)] as [string, string]] : []), [t("column.createdBy"), `${route.created_by} · ${f.time(route.created_at)}`]]} />
      </Stack>
    </Card>
  );
}

/** Hands a test over, and says what came of it. */
function Trying({ route, changed }: { route: Route; changed: boolean }) {
  const t = useWords("handover");
  const terms = useTerms();
  const explain = useExplain();
  const [id, setID] = useState<string>();
  const begin = useChange("post", "/api/v1/handover/routes/{id}/test", { refreshes: ["/api/v1/handover/parcels"] });
  const log = useAsk("/api/v1/handover/parcels/{id}", { params: { path: { id: id ?? "" } } }, { when: !!id, every: 2000 });
  const parcel = log.data?.parcel;
  const over = parcel && (parcel.state !== "waiting" || parcel.attempts > 0);
  return (
    <Card title={t("try.title")}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t(route.by === "mail" ? "try.mail" : "try.file")}</Text>
        <Button variant="default" leftSection={<IconSend size={15} aria-hidden />} disabled={changed} loading={begin.isPending || (!!id && !over && !log.isError)} onClick={() => { setID(undefined); begin.mutate({ params: { path: { id: route.id } } }, { onSuccess: (made) => setID(made.id) }); }}>{t("try.do")}</Button>
        {changed && <Text size="sm" c="dimmed">{t("try.saveFirst")}</Text>}
        {begin.isError && <Notice tone="bad">{explain(begin.error)}</Notice>}
        {over && <Notice tone={parcel.state === "sent" ? "good" : stuck(parcel) ? "bad" : "warn"} title={terms.state(parcel)}>{parcel.state === "sent" ? parcel.receipt : parcel.problem}</Notice>}
      </Stack>
    </Card>
  );
}

/** The last things that went, or did not. */
function Went({ route }: { route: Route }) {
  const t = useWords("handover");
  const f = useFormats();
  const can = useCan();
  const terms = useTerms();
  const parcels = useAll("/api/v1/handover/parcels", { params: { query: { route: route.id } } }, { when: can("invoices.read"), every: 5000 });
  if (!can("invoices.read")) return null;
  return (
    <Card title={t("route.went")}>
      {!parcels.data ? <Waiting lines={3} /> : parcels.data.rows.length === 0 ? <Text c="dimmed" size="sm">{t("route.nothingWent")}</Text> : (
        <Stack gap="sm">
          <ul className={classes.lines}>
            {parcels.data.rows.slice(0, 6).map((p) => (
              <li key={p.id}>
                <div style={{ minWidth: 0 }}>
                  <Anchor component={Link} size="sm" to={`/handover?parcel=${encodeURIComponent(p.id)}`} style={{ overflowWrap: "anywhere" }}>{terms.subject(p)}</Anchor>
                  <Text size="xs" c="dimmed">{terms.one(p.what)}{" · "}{f.time(p.sent_at ?? p.queued_at)}</Text>
                </div>
                <State tone={tones[p.state] ?? "quiet"}>{terms.state(p)}</State>
              </li>
            ))}
          </ul>
          <Anchor component={Link} size="sm" to={`/handover?route=${encodeURIComponent(route.id)}`}>{t("route.allWent")}</Anchor>
        </Stack>
      )}
    </Card>
  );
}
