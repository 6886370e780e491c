import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce, refresh } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Notice, useExplain } from "../../../ui/state";
import { refused, told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import classes from "../handover.module.css";
import { type Kind, type Route, touched } from "../known";
import { By } from "./by";
import { RouteRail } from "./rail";
import { What } from "./what";
import { When } from "./when";
import { bodyOf, type Draft, lacking } from "./wish";

export interface Part {
  draft: Draft;
  put: (part: Partial<Draft>) => void;
  /** What the server says is wrong with a field. */
  fault: (field: string) => string | undefined;
  readOnly: boolean;
  route?: Route;
}

/** A route being written, and beside it what it does. */
export function RouteForm({ route, begun, kinds, made, gone }: { route?: Route; begun: Draft; kinds: Kind[]; made: (route: Route) => void; gone: () => void }) {
  const t = useWords("handover");
  const ui = useWords("ui");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(begun);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const readOnly = !can("config.write");
  const missing = lacking(draft, route);
  const changed = JSON.stringify(draft) !== JSON.stringify(begun);
  const part: Part = { draft, put: (p) => setDraft({ ...draft, ...p }), fault: (field) => problem?.at(field), readOnly, route };

  async function save(enabled?: boolean) {
    setBusy(true);
    setProblem(undefined);
    const body = bodyOf(draft, kinds, route?.has_secret ?? false);
    try {
      const saved = route
        ? await changeOnce("put", "/api/v1/handover/routes/{id}", { params: { path: { id: route.id } }, body: { ...body, ...(enabled === undefined ? {} : { enabled }) } })
        : await changeOnce("post", "/api/v1/handover/routes", { body: { ...body, customer: draft.customer } });
      await refresh(queries, touched);
      told(t(route ? "route.saved" : "route.made"));
      if (!route) made(saved);
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    const yes = await confirm({ title: t("route.removeTitle"), children: t("route.removeHelp"), yes: ui("remove"), danger: true });
    if (!yes || !route) return;
    try {
      await changeOnce("delete", "/api/v1/handover/routes/{id}", { params: { path: { id: route.id } } });
      gone();
      await refresh(queries, ["/api/v1/handover/routes", "/api/v1/handover/parcels"]);
    } catch (error) {
      refused(t("notDone"), explain(error));
    }
  }
  const placed = ["customer", "groups", "what", "formats", "by", "when", "to", "cc", "link_days", "target", "host_key", "secret", "description"];
  const other = problem && !placed.some((field) => problem.at(field));
  return (
    <div className={classes.split}>
      <form onSubmit={(e) => { e.preventDefault(); if (!missing.length) void save(); }} autoComplete="off">
        <Stack gap="md">
          {other && <Notice tone="bad" title={t("route.notSaved")}>{explain(problem)}{problem.body.errors?.length ? <ul>{problem.body.errors.map((e, i) => <li key={i}>{e.message}</li>)}</ul> : null}</Notice>}
          <What {...part} kinds={kinds} />
          <By {...part} />
          <When {...part} />
          {(!readOnly || draft.description) && (
            <Card>
              <TextInput label={t("route.description")} description={t("route.descriptionHelp")} disabled={readOnly} maxLength={500} value={draft.description} error={part.fault("description")} onChange={(e) => part.put({ description: e.currentTarget.value })} />
            </Card>
          )}
          {!readOnly && (
            <Group justify="space-between">
              {route ? <Button variant="subtle" color="red" onClick={() => void remove()}>{t("route.remove")}</Button> : <span />}
              <Group gap="xs">
                {missing.length > 0 && <Text size="sm" c="dimmed">{t("route.lacks", { what: f.list(missing.map((x) => t(`lacks.${x}` as "lacks.to"))) })}</Text>}
                {route && changed && <Button variant="default" onClick={() => { setDraft(begun); setProblem(undefined); }}>{t("route.discard")}</Button>}
                <Button type="submit" loading={busy} disabled={missing.length > 0 || (!!route && !changed)}>{route ? t("route.save") : t("route.make")}</Button>
              </Group>
            </Group>
          )}
        </Stack>
      </form>
      <RouteRail route={route} draft={draft} changed={changed} turn={readOnly ? undefined : (enabled) => void save(enabled)} busy={busy} />
    </div>
  );
}
