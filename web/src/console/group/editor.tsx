import { Box, Button, Group as Row, Paper, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Notice, Waiting } from "../../ui/state";
import { useWords } from "../../words/words";
import { accountsOf, type Spec, type Tagged, type Template, useDeclared } from "./declared";
import { useFaults } from "./faults";
import { FormProvider } from "./form/context";
import classes from "./form/form.module.css";
import { useFieldOfAddress } from "../identity/focus";
import { inForce, type Layer, type Layers, same, withChanges } from "./form/layers";
import { useNames } from "./form/names";
import { SettingsForm } from "./form/settings";
import { GroupFields } from "./group_fields";
import { Live } from "./live";
import { MonthNotice } from "./month_notice";
import { type Over, type Trying, usePreview } from "./preview";
import { useSave } from "./save";

/** What will the bill look like? The settings on the left, the invoice that they make on the right. */
export function Editor({ group }: { group: Tagged<Spec> }) {
  const { period } = usePeriod();
  const can = useCan();
  const template = useDeclared<Template>("invoice_templates", group.spec.template);
  const months = useAll("/api/v1/months/{period}/settings", { params: { path: { period } } }, { when: can("invoices.read") });
  if ((group.spec.template && !template.data && !template.isError) || (!months.data && !months.isError)) return <Waiting lines={12} />;
  const month = months.data?.rows.find((m) => m.group === group.spec.id);
  return <Ready key={`${group.spec.id} ${period}`} group={group} template={template.data?.spec} month={month} />;
}

function Ready({ group, template, month }: { group: Tagged<Spec>; template?: Template; month?: Schema<"DeskMonthSettings"> }) {
  const t = useWords("group");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const [over, setOver] = useState<Over>({}); // changed settings
  const [fields, setFields] = useState<Over>({}); // changed fields of the group itself
  const layer: Layer = params.get("layer") === "month" && month ? "month" : "group";
  const set = (name: string, value: string | undefined) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(name, value); else next.delete(name); return next; }, { replace: true });

  const own = useMemo(() => (group.spec.invoice ?? {}) as Over, [group.spec.invoice]);
  const layers: Layers = useMemo(() => ({ layer, own, template: template?.invoice ?? {}, month: (month?.settings ?? { ...own, ...template?.invoice }) as Over }), [layer, own, template, month]);
  const spec = withChanges(group.spec as unknown as Over, { ...fields, invoice: ownWith(own, layer === "group" ? over : {}) }) as unknown as Spec;
  const trying: Trying = {
    period, group: group.spec.id, layer: layer === "month" ? "month" : "group",
    ...(layer === "month" ? { settings: over } : same(spec, group.spec) ? {} : { changes: [{ kind: "billing_groups", id: group.spec.id, value: spec }] }),
  };
  const [asked] = useDebouncedValue(trying, 350);
  const preview = usePreview(asked);
  const fault = useFaults(preview.error);
  const names = useNames(accountsOf(spec));
  const readOnly = !can(layer === "month" ? "invoices.draft" : "config.write");
  const count = Object.keys(over).length + Object.keys(fields).length;
  const discard = () => { setOver({}); setFields({}); };
  useFieldOfAddress();
  const save = useSave({ group, spec, layer, period, over, preview: preview.data, month, saved: discard });

  return (
    <FormProvider value={{ currency: spec.currency, names, fault: fault.at, readOnly }}>
      <div className={classes.split}>
        <Card flush label={t("settings")}>
          <Stack gap={6} p="md" pb="sm">
            <SegmentedControl
              fullWidth aria-label={t("layer.label")} value={layer} disabled={!month}
              data={[{ value: "group", label: t("layer.group") }, { value: "month", label: t("layer.month", { month: f.period(period) }) }]}
              onChange={(to) => { discard(); set("layer", to === "month" ? to : undefined); }}
            />
            <Text size="sm" c="dimmed">{layer === "month" ? t("layer.monthHelp", { month: f.period(period) }) : t("layer.groupHelp")}</Text>
            {month && <MonthNotice month={month} period={period} />}
          </Stack>
          <SettingsForm
            layers={layers} over={over} onChange={setOver} template={template && { id: template.id, name: template.name ?? template.id }}
            open={(params.get("open") ?? "").split(",").filter(Boolean)} onOpen={(open) => set("open", open.join(","))}
            before={<GroupFields group={group.spec} changed={fields} onChange={setFields} layer={layer} />}
          />
          {!readOnly && (
            <Paper className={classes.bar} radius={0}>
              <Row justify="space-between" wrap="nowrap" gap="sm">
                <Text size="sm" c={count ? undefined : "dimmed"} aria-live="polite">{count ? t("changes", { count }) : t("noChange")}</Text>
                <Row gap="xs" wrap="nowrap">
                  <Button variant="default" disabled={!count} onClick={discard}>{t("discard")}</Button>
                  <Button disabled={!count || fault.any} loading={save.busy} onClick={() => void save.ask()}>{t("save")}</Button>
                </Row>
              </Row>
            </Paper>
          )}
        </Card>
        <Box className={classes.live}>
          {fault.list.length > 0 && <Box mb="sm"><Notice tone="bad" title={t("faults")}><ul style={{ margin: 0, paddingInlineStart: 18 }}>{fault.list.map((x) => <li key={x.path + x.message}>{x.path ? <><b>{x.label}</b>: </> : null}{x.message}</li>)}</ul></Notice></Box>}
          <Live preview={preview} changed={count > 0} period={period} group={group.spec.id} />
        </Box>
      </div>
    </FormProvider>
  );
}

/** The group's own settings with changes; nothing where it says nothing itself. */
function ownWith(own: Over, over: Over): Over | null {
  const all = withChanges(inForce({ layer: "group", own, template: {}, month: {} }), over);
  return Object.keys(all).length ? all : null;
}
