import { Box, Button, Group, Paper, SegmentedControl, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { Problem } from "../../api/problem";
import { refresh } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { declare, type Tagged } from "../group/declared";
import { WritingProvider } from "./context";
import { Form } from "./form";
import { changed, changesOf, type Choices, declaredOf, type Layout, lookOf } from "./layout";
import classes from "./layout.module.css";
import { Preview } from "./preview";
import { sampleOf, usePrinted } from "./printed";
import { useFaults } from "./faults";

/** What will documents look like? The layout on the left, a document in it on the right. */
export function Editor({ layout, choices, users }: { layout: Tagged<Layout>; choices: Choices; users: number }) {
  const t = useWords("layout");
  const f = useFormats();
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const [now, setNow] = useState(layout.spec);
  const [problem, setProblem] = useState<Problem>(); // of the last attempt to save it
  const look = lookOf(choices, now);
  const count = changesOf(layout.spec, now);
  const declared = declaredOf(now);
  const put = (name: string, value: string | undefined) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(name, value); else next.delete(name); return next; }, { replace: true });

  // Samples speak the language that the layout has words in; documents their own.
  const invoice = params.get("document") ?? "sample:invoice";
  const spoken = now.words?.find((w) => w.language)?.language ?? f.language;
  const shown = { invoice, language: params.get("language") ?? (sampleOf(invoice) ? spoken : "") };
  const [asked] = useDebouncedValue({ layout: declared, ...shown }, 500);
  const printed = usePrinted(asked);
  const fault = useFaults(printed.error ?? problem ?? null);
  const side = params.get("side") === "preview" ? "preview" : "form";
  const save = useSave(layout, declared, setProblem);
  const readOnly = !can("config.write");

  return (
    <WritingProvider
      value={{
        now, look, choices, readOnly, fault: fault.at,
        set: (name, to) => { setProblem(undefined); setNow((before) => changed(before, lookOf(choices, before), name, to)); },
      }}
    >
      <SegmentedControl className={classes.sides} fullWidth mb="sm" aria-label={t("side.label")} value={side} onChange={(v) => put("side", v === "preview" ? v : undefined)} data={[{ value: "form", label: t("side.form") }, { value: "preview", label: t("side.preview") }]} />
      <div className={classes.split} data-side={side}>
        <div className={classes.form}>
          <Card flush label={t("tab.layout")}>
            {fault.rest.length > 0 && <Box p="md" pb={0}><Notice tone="bad">{fault.rest.join(" ")}</Notice></Box>}
            <Form fault={fault.below} open={(params.get("open") ?? "look").split(",").filter(Boolean)} onOpen={(open) => put("open", open.join(",") || ",")} />
            {!readOnly && (
              <Paper className={classes.bar} radius={0}>
                <Group justify="space-between" gap="sm">
                  <Text size="sm" c={count ? undefined : "dimmed"} aria-live="polite">{count ? t("changes", { count }) : users ? t("noChangeUsed", { count: users }) : t("noChange")}</Text>
                  <Group gap="xs" wrap="nowrap">
                    <Button variant="default" disabled={!count} onClick={() => { setNow(layout.spec); setProblem(undefined); }}>{t("discard")}</Button>
                    <Button disabled={!count || fault.any} loading={save.busy} onClick={() => void save.do()}>{t("save")}</Button>
                  </Group>
                </Group>
              </Paper>
            )}
          </Card>
        </div>
        <div className={classes.preview}>
          <Preview printed={printed} shown={shown} onShow={put} languages={choices.languages} changed={count > 0} />
        </div>
      </div>
    </WritingProvider>
  );
}

/** Declares the layout. Nothing that was issued changes; drafts take it when they are drafted anew. */
function useSave(layout: Tagged<Layout>, declared: Layout, failed: (problem: Problem | undefined) => void) {
  const t = useWords("layout");
  const explain = useExplain();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  return {
    busy,
    do: async () => {
      setBusy(true);
      failed(undefined);
      try {
        await declare("invoice_layouts", declared.id, declared, layout.tag);
        told(t("saved"));
        await refresh(queries, ["/api/v1/config"]);
      } catch (error) {
        if (error instanceof Problem && error.body.errors?.length) failed(error);
        else refused(t("notSaved"), error instanceof Problem && error.code === "changed" ? t("movedOn") : explain(error));
      } finally {
        setBusy(false);
      }
    },
  };
}
