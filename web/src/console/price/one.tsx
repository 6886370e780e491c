import { Badge, Button, Group, SegmentedControl, Stack, Tabs } from "@mantine/core";
import { IconArrowsShuffle, IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { changeOnce, type Schema, useAsk } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Failed, Notice, State, useExplain, Waiting } from "../../ui/state";
import { refused } from "../../ui/told";
import { useWords } from "../../words/words";
import { Attached } from "./attached";
import { Bench } from "./bench";
import type { PriceBook } from "./book";
import { type Edited, useEdited } from "./edited";
import { BookHistory } from "./history";
import { type Remark, RemarkLine } from "./marks";
import { Payers, Totals, Unmatched } from "./money";
import { RuleForm } from "./rule_form";
import { RulesTable } from "./rules";
import { Review } from "./review";
import classes from "./rules.module.css";

const BookText = lazy(() => import("./text"));
const views = ["rules", "text", "payers", "history"] as const;

/** One price book: which rule wins, what each brings, and what a change would do. */
export default function BookPage() {
  const id = useParams().id!;
  const edited = useEdited(id);
  if (edited.declared.error && !edited.fresh) return <Failed error={edited.declared.error} again={() => void edited.declared.refetch()} />;
  if (!edited.book) return edited.text && edited.checked ? <Opened id={id} edited={edited} book={{ id, rules: [] }} /> : <Waiting lines={10} />;
  return <Opened key={id} id={id} edited={edited} book={edited.book} />;
}

function Opened({ id, edited, book }: { id: string; edited: Edited; book: PriceBook }) {
  const t = useWords("price");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const [reviewing, setReviewing] = useState(false);
  const [ofMonth, look, looking] = useMonthLint(book, period);
  const use = useAsk("/api/v1/price-books/{id}/use", { params: { path: { id }, query: { period } } }, { when: !edited.fresh });
  const view = views.find((v) => v === params.get("view")) ?? "rules";
  const set = (key: string, value: string | undefined) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(key, value); else next.delete(key); return next; }, { replace: key === "view" });
  const open = params.get("rule");
  const place = open === null ? -1 : book.rules.findIndex((r) => r.name === open);
  const remarks: Remark[] = [...edited.marks, ...ofMonth.filter((r) => !edited.marks.some((m) => m.rule === r.rule && m.code === r.code))];
  const writes = can("prices.write");
  const faults = edited.marks.filter((m) => m.severity === "error").length;

  async function discard() {
    if (await confirm({ title: t("discard"), children: t("discardSure"), yes: t("discard"), danger: true })) edited.discard();
  }

  const actions = (
    <>
      {edited.changed && (edited.readable ? <State tone="warn">{edited.fresh ? t("unsaved") : t("changedHere")}</State> : <State tone="bad">{t("unreadable")}</State>)}
      {edited.changed && !edited.fresh && writes && <Button variant="default" onClick={() => void discard()}>{t("discard")}</Button>}
      <Button component={Link} to={`/what-if?month=${period}&book=${encodeURIComponent(id)}`} variant="default" leftSection={<IconArrowsShuffle size={15} />}>{t("whatWould")}</Button>
      {writes && <Button disabled={!edited.changed || !edited.checked?.fits || !edited.settled} onClick={() => setReviewing(true)}>{t("review")}</Button>}
    </>
  );

  return (
    <Page title={id} question={t("questionOne")} path={[{ title: t("title"), to: "/prices" }]} actions={actions} wide>
      {use.error && !edited.fresh && <Notice tone="info">{t("unrated", { month: f.period(period) })}</Notice>}
      {use.data?.changed && <Notice tone="info">{t("ratedOtherwise", { month: f.period(period) })}</Notice>}
      <Totals use={use.data} rules={book.rules.length} attached={<Attached to={use.data?.attached_to ?? []} most={4} />} />
      <Tabs value={view} onChange={(v) => set("view", v === "rules" ? undefined : v ?? undefined)}>
        <Tabs.List mb="md">
          <Tabs.Tab value="rules">{t("view.rules")}</Tabs.Tab>
          <Tabs.Tab value="text" rightSection={faults > 0 ? <Badge size="sm" color="red" aria-label={t("marks", { count: faults })}>{faults}</Badge> : undefined}>{t("view.text")}</Tabs.Tab>
          <Tabs.Tab value="payers">{t("view.payers")}</Tabs.Tab>
          {!edited.fresh && <Tabs.Tab value="history">{t("view.history")}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="rules">
          <div className={classes.split}>
            <Stack gap="md" style={{ minWidth: 0 }}>
              {!edited.readable && <Notice tone="bad" title={t("unreadable")} action={<Button size="compact-sm" variant="default" onClick={() => set("view", "text")}>{t("toText")}</Button>}>{t("unreadableHelp")}</Notice>}
              <Card
                flush title={t("view.rules")}
                tools={(
                  <>
                    <Order book={book} edited={edited} readOnly={!writes} />
                    <Button size="compact-sm" variant="default" loading={looking} leftSection={<IconSearch size={13} />} onClick={() => void look()}>{t("lookAtMonth", { month: f.period(period, true) })}</Button>
                  </>
                )}
              >
                <RulesTable book={book} declared={edited.declared.data?.spec} use={use.data} remarks={remarks} readOnly={!writes || !edited.readable} onRules={edited.rules} onOpen={(name) => set("rule", name)} />
              </Card>
              {remarks.some((r) => !r.rule && r.code !== "example-fails") && <Card title={t("remarks")}>{remarks.filter((r) => !r.rule && r.code !== "example-fails").map((r, i) => <RemarkLine key={i} remark={r} />)}</Card>}
              <Unmatched use={use.data} />
            </Stack>
            <Bench book={book} edited={edited} period={period} readOnly={!writes} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="text">
          <Suspense fallback={<Waiting height={420} />}><BookText edited={edited} book={book} period={period} readOnly={!writes} bench={<Bench book={book} edited={edited} period={period} readOnly={!writes} />} /></Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="payers"><Payers use={use.data} /></Tabs.Panel>
        <Tabs.Panel value="history"><BookHistory id={id} take={(before) => { edited.edit(before); set("view", undefined); }} readOnly={!writes} /></Tabs.Panel>
      </Tabs>
      <RuleForm key={open ?? ""} book={book} place={place} period={period} readOnly={!writes} close={() => set("rule", undefined)} onRules={edited.rules} />
      <Review opened={reviewing} close={() => setReviewing(false)} id={id} edited={edited} period={period} />
    </Page>
  );
}

/** Which of several matching rules wins. */
function Order({ book, edited, readOnly }: { book: PriceBook; edited: Edited; readOnly: boolean }) {
  const t = useWords("price");
  return (
    <Group gap={6} wrap="nowrap">
      <SegmentedControl
        size="xs" aria-label={t("order.label")} disabled={readOnly || !edited.readable} value={book.order ?? "first"}
        onChange={(order) => edited.edit({ ...book, order: order === "first" ? undefined : "most-specific" })}
        data={[{ value: "first", label: t("order.first") }, { value: "most-specific", label: t("order.specific") }]}
      />
    </Group>
  );
}

/** What the linter says of a book when it looks at the lines of a month, too. */
function useMonthLint(book: PriceBook, period: string): [Remark[], () => Promise<void>, boolean] {
  const t = useWords("price");
  const explain = useExplain();
  const { follow } = useJobs();
  const [found, setFound] = useState<{ period: string; remarks: Remark[] }>();
  const [busy, setBusy] = useState(false);
  async function look() {
    setBusy(true);
    try {
      const job = await follow(await changeOnce("post", "/api/v1/price-books/lint", { body: { month: period, config: { price_books: [book] }, books: [book.id] } }));
      const result = job.result as Schema<"LintedBooks"> | undefined;
      if (result) setFound({ period, remarks: (result.books[0]?.remarks ?? []) as Remark[] });
    } catch (error) {
      refused(t("notLooked"), explain(error));
    } finally {
      setBusy(false);
    }
  }
  return [found?.period === period ? found.remarks : [], look, busy];
}
