import { Button, Group, Select, SegmentedControl, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { refresh, useAll } from "../../../api/query";
import { Card } from "../../../ui/page";
import { Answer, Notice, useExplain } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { declare } from "../../group/declared";
import type { Going } from "./page";
import { providers } from "./wish";

/** Whose bills they are: a payer that is declared, or a new one. */
export function PayerStep(going: Going) {
  const payers = useAll("/api/v1/payers");
  return <Answer of={payers} height={280}>{({ rows }) => <Form {...going} payers={rows} />}</Answer>;
}

function Form({ wish, put, payers }: Going & { payers: { id: string; name?: string; provider: string }[] }) {
  const t = useWords("connect");
  const explain = useExplain();
  const queries = useQueryClient();
  const [fresh, setFresh] = useState(payers.length === 0);
  const [id, setId] = useState(fresh ? wish.payer : "");
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const clash = fresh && payers.some((p) => p.id === id.trim());
  const malformed = wish.provider === "aws" && id.trim() !== "" && !/^\d{12}$/.test(id.trim());
  const ready = fresh ? id.trim() !== "" && !clash && !malformed : payers.some((p) => p.id === wish.payer);

  async function next() {
    if (!ready) return;
    if (!fresh) return put({ step: "access", provider: payers.find((p) => p.id === wish.payer)!.provider });
    setBusy(true);
    setProblem(undefined);
    try {
      await declare("payers", id.trim(), { id: id.trim(), provider: wish.provider, ...(name.trim() ? { name: name.trim() } : {}) });
      await refresh(queries, ["/api/v1/payers", "/api/v1/config"]);
      put({ step: "access", payer: id.trim(), external: "" });
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Card title={t("step.payer.title")}>
      <form onSubmit={(e) => { e.preventDefault(); void next(); }}>
        <Stack gap="md">
          {payers.length > 0 && <Group><SegmentedControl aria-label={t("step.payer.which")} value={fresh ? "new" : "known"} onChange={(v) => setFresh(v === "new")} data={[{ value: "known", label: t("step.payer.known") }, { value: "new", label: t("step.payer.new") }]} /></Group>}
          {problem && <Notice tone="bad" title={t("step.payer.failed")}>{explain(problem)}</Notice>}
          {!fresh ? (
            <Select
              label={t("payer")} description={t("step.payer.help")} required searchable maw={480} value={payers.some((p) => p.id === wish.payer) ? wish.payer : null}
              onChange={(payer) => { const p = payers.find((x) => x.id === payer); if (p) put({ payer: p.id, provider: p.provider, credential: "", external: "" }); }}
              data={payers.map((p) => ({ value: p.id, label: [p.name, p.id, t(`provider.${p.provider}` as "provider.aws", { defaultValue: p.provider })].filter(Boolean).join(" · ") }))}
            />
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 3 }}>
              <Select label={t("provider.label")} required allowDeselect={false} value={wish.provider} onChange={(provider) => provider && put({ provider, credential: "" })} data={providers.map((value) => ({ value, label: t(`provider.${value}`) }))} />
              <TextInput label={t("step.payer.id")} required maxLength={200} classNames={{ input: "id" }} placeholder={wish.provider === "aws" ? "111122223333" : undefined} value={id} error={clash ? t("step.payer.taken") : malformed ? t("step.payer.twelve") : undefined} onChange={(e) => setId(e.currentTarget.value)} />
              <TextInput label={t("name")} maxLength={200} value={name} onChange={(e) => setName(e.currentTarget.value)} />
            </SimpleGrid>
          )}
          <Group justify="flex-end"><Button type="submit" loading={busy} disabled={!ready}>{t("next")}</Button></Group>
        </Stack>
      </form>
    </Card>
  );
}
