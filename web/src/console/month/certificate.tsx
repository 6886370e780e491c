import { Button, Drawer, Group, List, Stack, Text, Title } from "@mantine/core";
import { IconRosetteDiscountCheck } from "@tabler/icons-react";
import { useState } from "react";

import type { Schema } from "../../api/query";
import { isZero, minus, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { type Job, JobLine, useJobs, isOver } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Facts } from "../../ui/page";
import { Empty, Notice } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Status } from "./facts";
import type { Work } from "./work";

type Proof = Schema<"ProofCertificate">;
type Provider = Schema<"ProofProviderProof">;

/** What of a provider's cost went where, in the order in which it is told. */
const parts = ["customers", "own", "excluded", "entries", "unassigned", "input_tax"] as const;

interface Props {
  opened: boolean;
  close: () => void;
  status: Status;
  begin: (work: Work) => Promise<Job | undefined>;
}

// The API keeps no operation that shows the certificate on record; each job that
// closes, drafts or proves a month ends with it. The last one of this month that is
// known here is shown; without one, the month is proved again.
function useCertificate(period: string): { certificate?: Proof; running?: Job } {
  const { jobs } = useJobs();
  const proofs = jobs.filter((j) => j.state === "done" && ["close-month", "draft-month", "reconcile-month"].includes(j.operation)).map((j) => j.result as Proof | undefined);
  const certificate = proofs.filter((p) => p?.period === period).sort((a, b) => b!.at.localeCompare(a!.at))[0];
  return { certificate, running: jobs.find((j) => j.operation === "reconcile-month" && !isOver(j)) };
}

/** The figures of the proof. */
export function Certificate({ opened, close, status, begin }: Props) {
  const t = useWords("month");
  const ui = useWords("ui");
  const f = useFormats();
  const can = useCan();
  const { certificate, running } = useCertificate(status.period);
  const [busy, setBusy] = useState(false);
  async function again() {
    setBusy(true);
    await begin("reconcile");
    setBusy(false);
  }
  const prove = can("months.run") && <Button variant="default" loading={busy} onClick={() => void again()}>{t("proof.again")}</Button>;
  return (
    <Drawer opened={opened} onClose={close} position="right" size="xl" closeButtonProps={{ "aria-label": ui("close") }} title={<Text fw={620} size="lg">{t("proof.title", { month: f.period(status.period) })}</Text>}>
      {running && <JobLine job={running} />}
      {certificate ? (
        <Stack gap="lg">
          <Group justify="space-between"><Text size="sm" c="dimmed">{t("proof.at", { at: f.time(certificate.at) })}</Text>{prove}</Group>
          {certificate.residues.length > 0
            ? <Notice tone="bad" title={t("proof.residues", { count: certificate.residues.length })}><List size="sm">{certificate.residues.map((r) => <List.Item key={r}>{r}</List.Item>)}</List></Notice>
            : <Notice tone="good" title={t("proof.whole")}>{t("proof.wholeHelp")}</Notice>}
          {certificate.totals.map((total) => <Disposition key={total.currency} total={total} />)}
          <ProviderInvoices rows={certificate.provider_invoices} />
          <Checks certificate={certificate} />
        </Stack>
      ) : (
        <Empty icon={IconRosetteDiscountCheck} title={status.proved ? t("seal.yes") : t("seal.no")} action={prove}>{t("proof.notHere")}</Empty>
      )}
    </Drawer>
  );
}

/** Where the provider's cost of one currency went, to the last digit. */
function Disposition({ total }: { total: Schema<"ProofDisposition"> }) {
  const t = useWords("month");
  const f = useFormats();
  const currency = total.currency ?? "USD";
  const rest = parts.reduce((left, p) => minus(left, total[p]), total.cost);
  return (
    <section>
      <Title order={3} mb="xs">{t("proof.disposition", { currency })}</Title>
      <table style={{ width: "100%", borderCollapse: "collapse" }}>
        <tbody>
          <Line name={t("proof.cost")} value={total.cost} currency={currency} strong />
          {parts.filter((p) => !isZero(total[p])).map((p) => <Line key={p} name={t(`proof.${p}`)} value={total[p]} currency={currency} />)}
          <Line name={t("proof.residue")} value={rest} currency={currency} strong />
        </tbody>
      </table>
      <Text size="sm" c="dimmed" mt={6}>{t("proof.sells", { sell: f.money(total.sell, currency), margin: f.money(total.margin, currency) })}</Text>
    </section>
  );
}

function Line({ name, value, currency, strong }: { name: string; value: string; currency: string; strong?: boolean }) {
  const f = useFormats();
  return (
    <tr style={{ borderTop: strong ? "1px solid var(--rule-strong)" : "1px solid var(--rule)", fontWeight: strong ? 620 : undefined }}>
      <th scope="row" style={{ textAlign: "left", fontWeight: "inherit", padding: "5px 0" }}>{name}</th>
      <td className="num" style={{ textAlign: "right" }}>{f.whole(value, currency)}</td>
    </tr>
  );
}

/** Each invoice of the provider: the files, the lake and its own document say the same. */
function ProviderInvoices({ rows }: { rows: Provider[] }) {
  const t = useWords("month");
  const currency = (r: Provider) => r.currency;
  const columns: Column<Provider>[] = [
    { id: "invoice", title: t("proof.invoice"), kind: "id", value: (r) => r.invoice ?? r.payer },
    { id: "payer", title: t("track.payer"), kind: "id", value: (r) => r.payer, hidden: true },
    { id: "rows", title: t("proof.rows"), kind: "number", value: (r) => r.rows, total: true },
    { id: "files", title: t("proof.files"), kind: "amount", value: (r) => r.files_net ?? r.files, currency, total: true },
    { id: "document", title: t("proof.document"), kind: "amount", value: (r) => r.document, currency },
    { id: "residue", title: t("proof.residue"), kind: "number", digits: 20, value: (r) => r.residue },
  ];
  return (
    <section>
      <Title order={3} mb="xs">{t("proof.invoices")}</Title>
      <DataTable name="provider-invoices" label={t("proof.invoices")} columns={columns} rows={rows} rowKey={(r) => `${r.payer} ${r.invoice}`} plain />
    </section>
  );
}

/** The other things that were compared, and how often. */
function Checks({ certificate: c }: { certificate: Proof }) {
  const t = useWords("month");
  const f = useFormats();
  return (
    <section>
      <Title order={3} mb="xs">{t("proof.checks")}</Title>
      <Facts
        of={[
          [t("proof.ownership"), t("proof.ownershipSays", { lines: f.number(c.ownership.lines), charged: f.number(c.ownership.charged), fenced: f.number(c.ownership.fenced) })],
          [t("proof.groups"), t("proof.groupsSay", { count: c.billed.length })],
          [t("proof.documents"), t("proof.documentsSay", { count: c.documents.length })],
          [t("proof.fees"), t("proof.feesSay", { count: c.fees?.length ?? 0 })],
          [t("proof.inputs"), t("proof.inputsSay", { count: c.inputs.length, rows: f.number(sum(c.inputs.map((i) => String(i.rows)))) })],
          [t("proof.config"), <Text key="c" span className="id" size="sm" style={{ overflowWrap: "anywhere" }}>{c.config}</Text>],
        ]}
      />
    </section>
  );
}
