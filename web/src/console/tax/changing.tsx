import { Button, Group as Row, List, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { changeOnce, refresh } from "../../api/query";
import { isDecimal, isNegative } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { useForced } from "../price/forced";
import { changed, type Group, type Settings, type Template, type Used } from "./taxes";

/** A rate that becomes another from a day on, wherever it is written: all of it or nothing. */
export function Changing({ used, templates, groups, close }: { used: Used; templates: Template[]; groups: Group[]; close: () => void }) {
  const t = useWords("tax");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const queries = useQueryClient();
  const forced = useForced();
  const [percent, setPercent] = useState("");
  const [day, setDay] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const number = isDecimal(percent) && !isNegative(percent);
  const early = day !== "" && used.tax.from !== undefined && day <= used.tax.from;
  const config = {
    invoice_templates: templates.filter((x) => used.templates.includes(x.id)).map((x) => ({ ...x, invoice: changed(x.invoice ?? {}, used.key, percent, day) })),
    billing_groups: groups.filter((g) => used.groups.includes(g.id)).map((g) => ({ ...g, invoice: changed((g.invoice ?? {}) as Settings, used.key, percent, day) })),
  };
  async function save() {
    setBusy(true);
    setWrong("");
    try {
      const { basis } = await changeOnce("post", "/api/v1/config/plan", { body: { config } });
      const done = await forced((force) => changeOnce("post", "/api/v1/config/apply", { body: { config, basis, ...force } }));
      if (!done) return;
      await refresh(queries);
      told(t("changing.done", { count: done.changes.length }));
      close();
    } catch (error) {
      setWrong(explain(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal opened onClose={close} title={t("changing.title", { percent: f.number(used.tax.percent, 6), label: used.tax.label ?? "" })} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
        <Stack gap="sm">
          <Row gap="sm" grow align="flex-start">
            <TextInput label={t("changing.percent")} required inputMode="decimal" rightSection={<Text size="sm" c="dimmed">%</Text>} value={percent} error={percent !== "" && !number && t("changing.noNumber")} onChange={(e) => setPercent(e.currentTarget.value.trim())} data-autofocus />
            <TextInput type="date" label={t("changing.day")} required value={day} error={early && t("changing.early", { day: f.day(used.tax.from) })} onChange={(e) => setDay(e.currentTarget.value)} />
          </Row>
          <Text size="md">{t("changing.help")}</Text>
          <List size="sm">
            {used.templates.map((id) => <List.Item key={id}>{t("template", { id })}</List.Item>)}
            {used.groups.map((id) => <List.Item key={id}>{id}</List.Item>)}
          </List>
          <Text size="sm" c="dimmed">{t("changing.reaches", { count: used.reaches.length })}</Text>
          {wrong && <Notice tone="bad">{wrong}</Notice>}
          <Row justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" loading={busy} disabled={!number || !day || early}>{day && number ? t("changing.yes", { percent: f.number(percent, 6), day: f.day(day) }) : ui("save")}</Button>
          </Row>
        </Stack>
      </form>
    </Modal>
  );
}
