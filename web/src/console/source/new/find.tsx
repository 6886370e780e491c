import { Anchor, Button, Group, Radio, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { Problem } from "../../../api/problem";
import { changeOnce, refresh, type Schema, useAll } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { JobLine } from "../../../ui/jobs";
import { Card } from "../../../ui/page";
import { Empty, Failed, Notice, State, useExplain } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { MakeExport } from "../check/making";
import { useKinds, placeless } from "../kinds";
import { size } from "../rows";
import { declareSource, keepMade, madeHere, TakenError } from "./declared";
import { useRun } from "./jobs";
import classes from "./new.module.css";
import type { Going } from "./page";
import { addressOf, kindsOf, nameOf } from "./wish";

type Report = Schema<"SourceReport">;

/** Looks through the bucket, and takes one of the exports there. */
export function FindStep({ wish, put }: Going) {
  const t = useWords("connect");
  const explain = useExplain();
  const queries = useQueryClient();
  const sources = useAll("/api/v1/sources");
  const [place, setPlace] = useState(wish.url);
  const [looked, setLooked] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [url, setUrl] = useState(wish.url);
  const [kind, setKind] = useState(wish.kind || kindsOf[wish.provider]?.[0] || "focus");
  const [name, setName] = useState(wish.name || nameOf(`payer-${wish.payer}`, []));
  const [busy, setBusy] = useState(false);
  const [lost, setLost] = useState<TakenError>();
  const [problem, setProblem] = useState<Problem>();
  const credential = wish.by === "environment" ? undefined : wish.credential;
  const looking = useRun<Schema<"Discovered">>(() => changeOnce("post", "/api/v1/sources/discover", { body: { url: place.trim(), credential } }));
  const taken = (sources.data?.rows ?? []).map((s) => s.name);
  const mine = madeHere(name);
  const clash = lost?.name === name ? lost.why : taken.includes(name) && !mine ? "taken" : undefined;
  const known = useKinds();
  const kinds = [...new Set([...(kindsOf[wish.provider] ?? known.filter((k) => !placeless.includes(k))), kind])];
  const open = <Anchor component={Link} to={`/sources/${encodeURIComponent(name)}/check`} size="xs">{t("find.open")}</Anchor>;

  function choose(key: string, reports: Report[]) {
    const report = reports.find((r) => keyOf(r) === key)!;
    setChosen(key);
    setUrl(addressOf(looked, report));
    setKind(report.kind);
    if (!wish.name) setName(nameOf(report.name, taken));
  }
  async function next() {
    setBusy(true);
    setProblem(undefined);
    try {
      keepMade(name, await declareSource({ name, kind, url: url.trim(), payer: wish.payer, ...(credential ? { credential } : {}) }, mine));
      await refresh(queries, ["/api/v1/sources", "/api/v1/source-states", "/api/v1/config"]);
      put({ step: "check", name, url: url.trim(), kind });
    } catch (error) {
      if (error instanceof TakenError) setLost(error);
      else if (error instanceof Problem) setProblem(error);
      else throw error;
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <Card title={t("step.find.title")}>
        <form onSubmit={(e) => { e.preventDefault(); setLooked(place.trim()); setChosen(null); put({ url: place.trim() }); void looking.run(); }}>
          <Stack gap="md">
            <TextInput label={t("find.place")} description={t(`find.placeHelp.${wish.provider === "aws" || wish.provider === "gcp" || wish.provider === "azure" ? wish.provider : "other"}`)} required classNames={{ input: "id" }} spellCheck={false} value={place} onChange={(e) => { setPlace(e.currentTarget.value); if (!chosen) setUrl(e.currentTarget.value); }} />
            <Group justify="flex-end"><Button type="submit" variant={looking.result ? "default" : "filled"} leftSection={<IconSearch size={15} aria-hidden />} loading={looking.busy} disabled={!place.trim()}>{t("find.look")}</Button></Group>
          </Stack>
        </form>
        {looking.job && <JobLine job={looking.job} />}
        {looking.error && !looking.busy && <Failed error={looking.error} />}
        {looking.result && !looking.busy && <Found found={looking.result} chosen={chosen} choose={(key) => choose(key, looking.result!.reports)} />}
        {looking.result?.reports.length === 0 && !looking.busy && <Group justify="center"><MakeExport payer={wish.payer} kind={kind} url={looked} credential={credential} made={() => void looking.run()} /></Group>}
      </Card>
      <Card title={t("find.source")}>
        <Stack gap="md">
          {problem && <Notice tone="bad" title={t("find.notDeclared")}>{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
          <Text size="sm" c="dimmed">{t("find.sourceHelp")}</Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t("find.name")} required maxLength={100} disabled={!!mine && !clash && name === wish.name} value={name} error={clash && <>{t(`find.${clash}`)} {open}</>} onChange={(e) => setName(e.currentTarget.value)} />
            <Select label={t("kind.label")} required allowDeselect={false} value={kind} onChange={(v) => v && setKind(v)} data={kinds.map((value) => ({ value, label: t(`kind.${value}` as "kind.focus", { defaultValue: value }) }))} />
          </SimpleGrid>
          <TextInput label={t("find.url")} required classNames={{ input: "id" }} spellCheck={false} value={url} onChange={(e) => setUrl(e.currentTarget.value)} />
        </Stack>
      </Card>
      <Group justify="space-between">
        <Button variant="default" onClick={() => put({ step: "access" })}>{t("back")}</Button>
        <Button loading={busy} disabled={!name || !!clash || !url.trim()} onClick={() => void next()}>{t("find.declare")}</Button>
      </Group>
    </>
  );
}

const keyOf = (r: Report) => `${r.kind} ${r.folder} ${r.name}`;

function Found({ found, chosen, choose }: { found: Schema<"Discovered">; chosen: string | null; choose: (key: string) => void }) {
  const t = useWords("connect");
  const f = useFormats();
  if (found.reports.length === 0) return <Empty title={t("find.nothing")}>{t("find.nothingHelp", { count: found.objects, objects: f.number(found.objects) })}</Empty>;
  return (
    <Stack gap="md" mt="md">
      {found.warnings?.map((w) => <Notice key={w} tone="warn">{w}</Notice>)}
      <Radio.Group label={t("find.found", { count: found.reports.length })} value={chosen} onChange={choose}>
        <div className={classes.reports}>
          {found.reports.map((r) => <div key={keyOf(r)} className={classes.report} data-chosen={chosen === keyOf(r)}><Radio value={keyOf(r)} label={<Text fw={600} span>{r.name}</Text>} description={<Facts report={r} />} /></div>)}
        </div>
      </Radio.Group>
    </Stack>
  );
}

function Facts({ report: r }: { report: Report }) {
  const t = useWords("connect");
  const f = useFormats();
  const { value, unit } = size(r.bytes);
  const bad = r.months.filter((m) => m.problem || m.missing);
  const [newest, oldest] = [r.months[0], r.months[r.months.length - 1]];
  return (
    <span className={classes.facts}>
      <span>{t(`kind.${r.kind}` as "kind.focus", { defaultValue: r.kind })}</span>
      <span className="id">{r.folder || "/"}</span>
      {newest && oldest && <span>{t("find.months", { count: r.months.length, from: f.period(oldest.period, true), to: f.period(newest.period, true) })}</span>}
      <span>{t("find.files", { count: r.files, files: f.number(r.files), size: `${f.number(value, 1)} ${{ byte: "B", kilobyte: "kB", megabyte: "MB", gigabyte: "GB" }[unit]}` })}</span>
      <span>{t("find.delivered", { time: f.time(r.delivered) })}</span>
      {r.account && <span>{t("find.account", { account: r.account })}</span>}
      {r.resource_ids === "no" && <State tone="warn">{t("find.noResources")}</State>}
      {bad.length > 0 && <State tone="warn">{t("find.bad", { count: bad.length, months: f.list(bad.slice(0, 3).map((m) => f.period(m.period, true))) })}</State>}
    </span>
  );
}
