import { Box, Button, Checkbox, Group as Row, Paper, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useSearchParams } from "react-router";

import { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { accountsOf, declare, type Tagged, type Template } from "../group/declared";
import { useFaults } from "../group/faults";
import { FormProvider } from "../group/form/context";
import classes from "../group/form/form.module.css";
import { type Layers, withChanges } from "../group/form/layers";
import { useNames } from "../group/form/names";
import { SettingsForm } from "../group/form/settings";
import { Live } from "../group/live";
import { type Declared, type Over, usePreview } from "../group/preview";
import { TemplateEffects } from "./effects";

type Group = Schema<"BillingBillingGroup">;

/** The settings of a template, beside the invoice that one of its groups gets with them. */
export function TemplateEditor({ template, groups }: { template: Tagged<Template>; groups: Group[] }) {
  const t = useWords("template");
  const g = useWords("group");
  const can = useCan();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const [over, setOver] = useState<Over>({});
  const [name, setName] = useState(template.spec.name ?? "");
  const seen = groups.find((x) => x.id === params.get("group")) ?? groups[0];
  const set = (key: string, value: string | undefined) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(key, value); else next.delete(key); return next; }, { replace: true });

  const layers: Layers = { layer: "template", template: template.spec.invoice ?? {}, own: {}, month: {} };
  const spec: Template = { ...template.spec, name: name || undefined, invoice: withChanges(layers.template, over) };
  const renamed = name !== (template.spec.name ?? "");
  const count = Object.keys(over).length + (renamed ? 1 : 0);
  const changes: Declared[] = Object.keys(over).length ? [{ kind: "invoice_templates", id: spec.id, value: spec }] : [];
  const [asked] = useDebouncedValue({ period, group: seen?.id ?? "", layer: "group" as const, changes }, 350);
  const preview = usePreview(asked, can("invoices.read"));
  const fault = useFaults(preview.error);
  const names = useNames(seen && accountsOf(seen));
  const discard = () => { setOver({}); setName(template.spec.name ?? ""); };
  const save = useSave(template, spec, groups, changes, discard);

  return (
    <FormProvider value={{ currency: seen?.currency ?? "", names, fault: fault.at, readOnly: !can("config.write") }}>
      <div className={classes.split}>
        <Card flush label={t("tab.settings")}>
          <Stack gap="sm" p="md">
            <TextInput label={t("column.name")} value={name} disabled={!can("config.write")} onChange={(e) => setName(e.currentTarget.value)} />
            <Text size="sm" c="dimmed">{t("wins")}</Text>
          </Stack>
          <SettingsForm layers={layers} over={over} onChange={setOver} open={(params.get("open") ?? "").split(",").filter(Boolean)} onOpen={(open) => set("open", open.join(","))} />
          {can("config.write") && (
            <Paper className={classes.bar} radius={0}>
              <Row justify="space-between" wrap="nowrap" gap="sm">
                <Text size="sm" c={count ? undefined : "dimmed"} aria-live="polite">{count ? g("changes", { count }) : g("noChange")}</Text>
                <Row gap="xs" wrap="nowrap">
                  <Button variant="default" disabled={!count} onClick={discard}>{g("discard")}</Button>
                  <Button disabled={!count || fault.any} loading={save.busy} onClick={() => void save.ask()}>{g("save")}</Button>
                </Row>
              </Row>
            </Paper>
          )}
        </Card>
        <Box className={classes.live}>
          {!seen ? <Card label={g("live")}><Empty title={t("unused")}>{t("unusedHelp")}</Empty></Card> : (
            <Stack gap="sm">
              <Select label={t("seenOn")} w={{ base: "100%", sm: 320 }} allowDeselect={false} searchable value={seen.id} onChange={(id) => set("group", id ?? undefined)} data={groups.map((x) => ({ value: x.id, label: `${x.name || x.id} · ${x.currency}` }))} />
              {fault.list.length > 0 && <Notice tone="bad" title={g("faults")}><ul style={{ margin: 0, paddingInlineStart: 18 }}>{fault.list.map((x) => <li key={x.path + x.message}><b>{x.label}</b>: {x.message}</li>)}</ul></Notice>}
              <Live preview={preview} changed={count > 0} period={period} group={seen.id} />
            </Stack>
          )}
        </Box>
      </div>
    </FormProvider>
  );
}

/** Saves a template after it was said what it does to the invoices of its groups. */
function useSave(template: Tagged<Template>, spec: Template, groups: Group[], changes: Declared[], saved: () => void) {
  const t = useWords("template");
  const g = useWords("group");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  const { follow } = useJobs();
  const { period } = usePeriod();
  const [busy, setBusy] = useState(false);
  const take = useRef(true);
  const month = f.period(period);
  const ids = groups.map((x) => x.id);
  const reaches = ids.length > 0 && changes.length > 0 && can("invoices.draft");

  async function ask() {
    take.current = true;
    const yes = await confirm({
      title: t("save"), yes: g("saving.yes"),
      children: (
        <Stack gap="sm">
          <Text size="md">{ids.length ? t("reaches", { count: ids.length }) : t("unused")}</Text>
          {changes.length > 0 && can("invoices.read") && <TemplateEffects groups={ids} period={period} changes={changes} />}
          {reaches && <Checkbox defaultChecked label={t("takeNow", { month, count: ids.length })} description={t("takeNowHelp", { month })} onChange={(e) => { take.current = e.currentTarget.checked; }} />}
        </Stack>
      ),
    });
    if (yes) await save();
  }

  async function save() {
    setBusy(true);
    try {
      await declare("invoice_templates", spec.id, spec, template.tag);
      told(g("saving.done"));
      saved();
      if (reaches && take.current) {
        await changeOnce("delete", "/api/v1/months/{period}/settings", { params: { path: { period }, query: { group: ids } } });
        await follow(await changeOnce("post", "/api/v1/months/{period}/draft", { params: { path: { period } }, body: { groups: ids } }));
      }
    } catch (error) {
      refused(g("saving.failed"), error instanceof Problem && error.code === "changed" ? g("saving.moved") : explain(error));
    } finally {
      setBusy(false);
      await refresh(queries);
    }
  }

  return { ask, busy };
}
