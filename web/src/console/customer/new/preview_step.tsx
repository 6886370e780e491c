import { Button, Group, List, Loader, Stack, Text } from "@mantine/core";
import { IconArrowLeft, IconCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { Problem } from "../../../api/problem";
import { changeOnce, refresh, type Schema } from "../../../api/query";
import { Amount } from "../../../ui/amount";
import { useFormats } from "../../../ui/format";
import { InvoiceDocument } from "../../../ui/invoice/document";
import { useJobs } from "../../../ui/jobs";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { usePeriod } from "../../../ui/period";
import { Notice, useExplain, Waiting } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { usePreview } from "../../group/preview";
import { configOf, declaredBy, type Draft, groupIdOf, idOf } from "./draft";
import type { Known } from "./known";

/** What is declared, and the first bill that it makes; then all of it at once. */
export function PreviewStep({ draft, known, done, back }: { draft: Draft; known: Known; done: () => void; back: () => void }) {
  const t = useWords("customer");
  const f = useFormats();
  const explain = useExplain();
  const queries = useQueryClient();
  const declared = declaredBy(draft, known.names);
  const config = configOf(declared);
  const plan = useQuery<Schema<"Plan">, Problem>({
    queryKey: ["plan", config], retry: false, gcTime: 0,
    queryFn: () => changeOnce("post", "/api/v1/config/plan", { body: { config, closed: true } }),
  });
  const apply = useMutation<unknown, Problem>({
    mutationFn: () => changeOnce("post", "/api/v1/config/apply", { body: { config, basis: plan.data?.basis } }),
    onSuccess: () => {
      told(t("wizard.applied", { customer: draft.existing ?? draft.name }));
      done(); // before what is there now makes the ids of this draft taken ones
      void refresh(queries, ["/api/v1/"]);
    },
  });
  const closed = plan.data?.closed_months ?? [];
  const faults = plan.error?.body.errors ?? [];
  return (
    <Stack gap="md">
      <div style={{ display: "grid", gap: 16, gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 320px), 1fr))", alignItems: "start" }}>
        <Stack gap="md" style={{ maxWidth: 460 }}>
          <Card title={t("wizard.changes")}>
            {plan.isPending ? <Waiting lines={3} /> : plan.isError ? (
              <Notice tone="bad" title={t("wizard.refusedPlan")}>{faults.length > 0 ? <List size="sm">{faults.map((x, i) => <List.Item key={i}>{x.message}</List.Item>)}</List> : explain(plan.error)}</Notice>
            ) : (
              <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
                {plan.data.changes.map((c) => (
                  <Group key={`${c.kind} ${c.id}`} component="li" gap="xs" wrap="nowrap">
                    <IconCheck size={15} color="var(--good)" aria-hidden />
                    <Text size="md">{t(c.kind === "customers" ? "wizard.plan.customer" : c.kind === "billing_groups" ? "wizard.plan.group" : "wizard.plan.account", { id: c.id })}</Text>
                  </Group>
                ))}
                <Group component="li" gap="xs" wrap="nowrap"><IconCheck size={15} color="var(--good)" aria-hidden /><Text size="md">{t("wizard.plan.accounts", { count: draft.accounts.length })} {draft.from ? t("wizard.plan.from", { day: f.day(draft.from) }) : t("wizard.plan.always")}</Text></Group>
              </Stack>
            )}
          </Card>
          {closed.length > 0 && <Notice tone="warn" title={t("wizard.closed", { months: f.list(closed.map((c) => f.period(c.period))) })}>{t("wizard.closedHelp")}</Notice>}
          {apply.isError && <Notice tone="bad" title={t("wizard.notApplied")}>{explain(apply.error)}</Notice>}
          <Text size="sm" c="dimmed">{t("wizard.atOnce")}</Text>
          <Group gap="xs">
            <Button variant="default" leftSection={<IconArrowLeft size={15} />} onClick={back}>{t("wizard.back")}</Button>
            <Button disabled={!plan.data || closed.length > 0} loading={apply.isPending} onClick={() => apply.mutate()}>{draft.existing ? t("wizard.applyGroup") : t("wizard.apply")}</Button>
          </Group>
        </Stack>
        <div style={{ gridColumn: "span 2", minWidth: 0 }}><FirstBill draft={draft} config={config} known={known} /></div>
      </div>
    </Stack>
  );
}

/** The bill of the month as the new group would get it: priced by a dry run where there are accounts, else its form alone. */
function FirstBill({ draft, config, known }: { draft: Draft; config: Record<string, unknown[]>; known: Known }) {
  const t = useWords("customer");
  const ui = useWords("ui");
  const explain = useExplain();
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const { follow } = useJobs();
  const priced = draft.accounts.length > 0 && can("prices.read") && can("invoices.read");
  const group = groupIdOf(draft);
  const month = f.period(period);
  const tried = useQuery<Schema<"TrialDryRun">, Problem>({
    queryKey: ["first-bill", period, config], enabled: priced, retry: false, staleTime: "static", // the end of the job itself makes everything else be asked again
    queryFn: async () => {
      const job = await follow(await changeOnce("post", "/api/v1/months/{period}/dry-run", { params: { path: { period } }, body: { config, group, draft: true } }));
      if (job.state !== "done") throw new Problem(job.error?.status ?? 500, job.error ?? { title: job.state });
      return job.result as Schema<"TrialDryRun">;
    },
  });
  const form = usePreview({ period, group, layer: "group", changes: declaredBy(draft, known.names) }, !priced && can("invoices.read"));
  const asked = priced ? tried : form;
  const document = priced ? tried.data?.documents?.[0] : form.data?.documents[0];
  if (!can("invoices.read")) return null;
  if (asked.isError) {
    return (
      <Card title={t("wizard.bill", { month })}>
        <Notice tone="warn" title={t("wizard.unbillable")} action={<Button size="compact-sm" variant="default" onClick={() => void asked.refetch()}>{ui("failed.again")}</Button>}>{explain(asked.error)}</Notice>
        <Text size="sm" c="dimmed" mt="sm">{t("wizard.unbillableHelp")}</Text>
      </Card>
    );
  }
  if (!asked.data) return <Card title={t("wizard.bill", { month })} tools={<Loader size={16} />}><Text c="dimmed">{priced ? t("wizard.pricing", { month }) : t("wizard.drawing")}</Text><Waiting lines={12} /></Card>;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text fw={600} fz="lg">{t("wizard.bill", { month })}</Text>
        {document && <Text fz="lg"><Amount value={document.total} currency={document.currency} digits={document.digits} strong /></Text>}
      </Group>
      {document ? <InvoiceDocument document={document} brief /> : (
        <Card label={t("wizard.bill", { month })}><Text fw={600}>{t("wizard.noBill", { month })}</Text><Text c="dimmed">{t("wizard.noBillHelp", { customer: draft.name || idOf(draft) })}</Text></Card>
      )}
    </Stack>
  );
}
