import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Notice, useExplain, Waiting } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { MonthNeeds } from "../whatif/needs";
import { useQuietRun } from "../whatif/run";
import { Moved } from "../whatif/totals";
import { keepDraft } from "./drafts";
import type { Edited } from "./edited";
import { Changes } from "./history";

type Reach = Schema<"TrialReach">;

interface Props {
  opened: boolean;
  close: () => void;
  id: string;
  edited: Edited;
  period: string;
}

/** Before a book is saved: what changes, what it moves in the month, and which closed months it reaches. */
export function Review(props: Props) {
  const t = useWords("price");
  const ui = useWords("ui");
  const [saved, setSaved] = useState<Reach[]>();
  const close = () => {
    setSaved(undefined);
    props.close();
  };
  return (
    <Modal opened={props.opened} onClose={close} size="min(760px, 96vw)" title={saved ? t("saved.title", { book: props.id }) : t("saving.title", { book: props.id })} closeButtonProps={{ "aria-label": ui("close") }}>
      {props.opened && (saved ? <After reached={saved} period={props.period} close={close} /> : <Before {...props} close={close} saved={setSaved} />)}
    </Modal>
  );
}

function Before({ id, edited, period, close, saved }: Props & { saved: (reached: Reach[]) => void }) {
  const t = useWords("price");
  const ui = useWords("ui");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const queries = useQueryClient();
  const [book] = useState(edited.book!); // what is looked at is what is saved
  const [reason, setReason] = useState("");
  const [refusedFor, setRefusedFor] = useState<Reach[]>();
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const run = useQuietRun(period, [{ kind: "price_books", id, value: book }]);
  const plan = useQuery<Schema<"Plan">, Problem>({
    queryKey: ["price-plan", book],
    queryFn: () => changeOnce("post", "/api/v1/config/plan", { body: { config: { price_books: [book] }, closed: true } }),
    retry: false,
  });
  const reached = refusedFor ?? plan.data?.closed_months ?? [];
  const forced = reached.length > 0;
  const may = !forced || can("closed.change");

  async function save() {
    setBusy(true);
    setWrong("");
    try {
      await api.PUT("/api/v1/config/{kind}/{id}", {
        params: { path: { kind: "price_books", id }, query: forced ? { force: true, reason } : {}, header: edited.declared.data ? { "If-Match": edited.declared.data.tag } : {} },
        body: book as never,
      });
      keepDraft(id, undefined);
      told(t("saved.title", { book: id }));
      saved(reached); // before everything is asked anew: the run of this window would be, too
      void refresh(queries);
    } catch (error) {
      if (error instanceof Problem && error.code === "closed-month") setRefusedFor((error.body.errors ?? []).map((e) => ({ period: e.location ?? "", what: [e.message] })));
      else setWrong(error instanceof Problem && error.code === "changed" ? t("saving.moved") : explain(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <Stack gap="md">
        <Changes before={edited.declared.data?.spec} after={book} />
        <section aria-label={t("saving.effect", { month: f.period(period) })}>
          <Text fw={600} size="md" component="h3" mt={0} mb={6}>{t("saving.effect", { month: f.period(period) })}</Text>
          {run.isError ? <Notice tone="warn">{explain(run.error)}</Notice> : !run.data ? <Waiting lines={3} /> : <Moved run={run.data} />}
          <Button component={Link} to={`/what-if?month=${period}&book=${encodeURIComponent(id)}`} size="compact-sm" variant="subtle" mt={4}>{t("saving.more")}</Button>
        </section>
        {forced && (
          <Notice tone="warn" title={t("saving.closed", { count: reached.length, months: f.list(reached.map((r) => f.period(r.period))) })}>
            <Text size="md">{t("saving.closedHelp")}</Text>
            {!may && <Text size="md" c="var(--bad)">{t("saving.mayNot")}</Text>}
          </Notice>
        )}
        {forced && may && <Textarea label={ui("reason")} description={ui("reasonHelp")} required autosize minRows={2} maxLength={2000} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />}
        {wrong && <Notice tone="bad" title={t("saving.failed")}>{wrong}</Notice>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" loading={busy} disabled={!may || plan.isPending} color={forced ? "red" : undefined}>{forced ? t("saving.yesClosed", { count: reached.length }) : t("saving.yes")}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What the months need now that the prices are others. */
function After({ reached, period, close }: { reached: Reach[]; period: string; close: () => void }) {
  const t = useWords("price");
  const ui = useWords("ui");
  const months = [...new Set([...reached.map((r) => r.period), period])].sort();
  return (
    <Stack gap="md">
      <Text size="md">{t("saved.help")}</Text>
      {months.map((month) => <MonthNeeds key={month} period={month} />)}
      <Group justify="flex-end"><Button onClick={close}>{ui("close")}</Button></Group>
    </Stack>
  );
}

