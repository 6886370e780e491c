import { Checkbox, List, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { type Formats, useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { declare, type Spec, type Tagged } from "./declared";
import { useFieldWords } from "./form/context";
import type { Layer } from "./form/layers";
import type { Over, Preview } from "./preview";

interface Saving {
  group: Tagged<Spec>;
  spec: Spec; // as it shall be
  layer: Layer;
  period: string;
  over: Over;
  preview?: Preview;
  month?: Schema<"DeskMonthSettings">;
  saved: () => void;
}

/** Saves settings after it was said what they do: to the month, to the drafts, in money. */
export function useSave({ group, spec, layer, period, over, preview, month, saved }: Saving) {
  const t = useWords("group");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  const { follow } = useJobs();
  const { label } = useFieldWords();
  const [busy, setBusy] = useState(false);
  const choice = useRef({ also: true, draft: true });
  const name = f.period(period);
  const ownCopy = layer === "group" && month?.saved === true && Object.keys(over).length > 0 && can("invoices.draft");

  async function ask() {
    choice.current = { also: true, draft: true };
    const yes = await confirm({
      title: layer === "month" ? t("saving.titleMonth", { month: name }) : t("saving.title"),
      yes: t("saving.yes"),
      children: (
        <Stack gap="sm">
          {preview && preview.settings.length > 0 && <Text size="md">{t("saving.changed", { names: f.list(preview.settings.map(label)) })}</Text>}
          <Effects preview={preview} month={name} />
          {ownCopy && <Tick label={t("saving.also", { month: name })} help={t("saving.own", { month: name })} onChange={(on) => { choice.current.also = on; }} />}
          {can("invoices.draft") && <Tick label={t("saving.draft", { month: name })} help={t("saving.issued")} onChange={(on) => { choice.current.draft = on; }} />}
        </Stack>
      ),
    });
    if (yes) await save();
  }

  async function save() {
    setBusy(true);
    try {
      const to = { params: { path: { period } } };
      if (layer === "month") {
        await changeOnce("patch", "/api/v1/months/{period}/settings", { ...to, body: { groups: [spec.id], settings: over } });
      } else {
        await declare("billing_groups", spec.id, spec, group.tag);
        if (ownCopy && choice.current.also) await take();
      }
      told(t("saving.done"));
      saved();
    } catch (error) {
      refused(t("saving.failed"), error instanceof Problem && error.code === "changed" ? t("saving.moved") : explain(error));
      return;
    } finally {
      setBusy(false);
      await refresh(queries, ["/api/v1/config", "/api/v1/billing-groups", "/api/v1/months", "/api/v1/invoices", "preview"]);
    }
    if (choice.current.draft && can("invoices.draft")) await draft();
  }

  /** Gives the month what was declared: all of it where nobody changed the month's copy, else what changed. */
  async function take() {
    if (month?.edited) {
      await changeOnce("patch", "/api/v1/months/{period}/settings", { params: { path: { period } }, body: { groups: [spec.id], settings: over } });
    } else {
      await changeOnce("delete", "/api/v1/months/{period}/settings", { params: { path: { period }, query: { group: [spec.id] } } });
    }
  }

  async function draft() {
    try {
      const job = await changeOnce("post", "/api/v1/months/{period}/draft", { params: { path: { period } }, body: { groups: [spec.id] } });
      await follow(job);
    } catch (error) {
      refused(t("saving.notDrafted"), explain(error));
    }
  }

  return { ask, busy };
}

function Tick({ label, help, onChange }: { label: string; help: string; onChange: (on: boolean) => void }) {
  return <Checkbox label={label} description={help} defaultChecked onChange={(e) => onChange(e.currentTarget.checked)} />;
}

/** What a change does to the documents of the month, in money. */
export function Effects({ preview, month }: { preview?: Preview; month: string }) {
  const t = useWords("group");
  const f = useFormats();
  if (!preview) return <Text size="md">{t("saving.unknown")}</Text>;
  const lines = effects(preview, month, t, f);
  return (
    <>
      <List size="md" spacing={4}>{lines.map((line) => <List.Item key={line}>{line}</List.Item>)}</List>
      {preview.rating && preview.rating.length > 0 && <Notice tone="warn" title={t("rating")}>{t("ratingHelp", { what: f.list(preview.rating) })}</Notice>}
    </>
  );
}

function effects(preview: Preview, month: string, t: ReturnType<typeof useWords<"group">>, f: Formats): string[] {
  if (preview.changes.length === 0) return preview.documents.map((d) => t("saving.same", { month, after: f.money(d.total, d.currency, d.digits) }));
  return preview.changes.map((c) => {
    if (!c.total) return t("saving.unknown");
    const [before, after] = [f.money(c.total.before, c.currency, c.digits), f.money(c.total.after, c.currency, c.digits)];
    if (c.change === "new") return t("saving.new", { month, after });
    if (c.change === "gone") return t("saving.gone", { month, before });
    return before === after ? t("saving.same", { month, after }) : t("saving.effect", { month, before, after, difference: f.change(c.total.difference, c.currency, c.digits) });
  });
}
