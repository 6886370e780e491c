import { Button, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";

import { refresh } from "../../api/query";
import { useExplain } from "../../ui/state";
import { useWords } from "../../words/words";
import { declare } from "../group/declared";
import { useNameOf } from "./context";
import type { Choices, Layout } from "./layout";

/** Makes a layout: from a look that comes with Sluice, or as a copy of one's own. */
export function Adding({ from, close, choices, own }: { from: string | undefined; close: () => void; choices: Choices; own: Layout[] }) {
  const t = useWords("layout");
  const ui = useWords("ui");
  const explain = useExplain();
  const queries = useQueryClient();
  const go = useNavigate();
  const nameOf = useNameOf();
  const [start, setStart] = useState(`look ${from ?? "modern"}`);
  const [name, setName] = useState("");
  const [id, setID] = useState<string>(); // made of the name until one writes it
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const chosen = id ?? name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);

  async function add() {
    if (own.some((l) => l.id === chosen)) return setWrong(t("taken"));
    setBusy(true);
    try {
      const copied = own.find((l) => `own ${l.id}` === start);
      const layout: Layout = { ...(copied ?? { based_on: start.slice("look ".length) }), id: chosen, name: name.trim() || undefined };
      await declare("invoice_layouts", chosen, layout);
      await refresh(queries, ["/api/v1/config"]);
      await go(`/settings/layouts/${encodeURIComponent(chosen)}`);
    } catch (error) {
      setWrong(explain(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal opened={from !== undefined} onClose={close} title={t("add")} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void add(); }}>
        <Stack gap="sm">
          <Select
            label={t("startFrom")} allowDeselect={false} value={start} onChange={(v) => v && setStart(v)}
            data={[
              { group: t("looks.title"), items: choices.looks.map((l) => ({ value: `look ${l.id}`, label: nameOf("look", l.id) })) },
              ...(own.length ? [{ group: t("own"), items: own.map((l) => ({ value: `own ${l.id}`, label: l.name || l.id })) }] : []),
            ]}
          />
          <TextInput label={t("column.name")} value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus />
          <TextInput label={t("column.id")} description={t("idHelp")} required pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" value={chosen} error={wrong} onChange={(e) => { setID(e.currentTarget.value); setWrong(""); }} />
          <Button type="submit" loading={busy} disabled={!chosen} style={{ alignSelf: "flex-end" }}>{t("make")}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
