import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { Fragment, type ReactNode, useMemo } from "react";

import { type Schema, useAsk } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { Facts } from "../../../ui/page";
import { Answer } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { hasWord, useWords } from "../../../words/words";
import classes from "../invoice.module.css";

type Explanation = Schema<"RatingExplanation">;
type Priced = Schema<"RatingCharge">;
type Part = Schema<"RatingPart">;

/** One charge: how its price came about, which rule won over which, what the invoice makes of it, and the provider's rows it was made of. */
export function Charge({ id }: { id: string }) {
  const t = useWords("invoice");
  const explanation = useAsk("/api/v1/explanations/{id}", { params: { path: { id } } });
  return (
    <Answer of={explanation} lines={10}>
      {(x) => {
        const charge = x.charge ?? x.parts.find((p) => p.charge)?.charge;
        return (
          <Stack gap="lg">
            {charge && <About charge={charge} />}
            {charge && <Section title={t("charge.price")}><Price charge={charge} /></Section>}
            {charge && <Section title={t("charge.rule")}><Rules charge={charge} /></Section>}
            {charge?.invoice && <Section title={t("charge.invoice")}><OnInvoice line={charge.invoice} currency={charge.currency} /></Section>}
            {(charge?.sales ?? []).map((s) => (
              <Section key={s.number} title={t("charge.sold", { seller: s.seller ?? "", group: s.group })}>
                <Steps of={[[t("charge.base", { base: baseName(t, s.base) }), exact(s.base_cost, s.currency)], ...(s.factor ? [[t("charge.factor"), s.factor] as [ReactNode, ReactNode]] : []), [t("charge.isPrice"), exact(s.price, s.currency), true]]} />
                {s.rule && <Text size="sm">{t("charge.ruleOf", { rule: s.rule, book: s.book ?? "" })}</Text>}
              </Section>
            ))}
            <Section title={t("charge.rows", { count: x.part_count })}><Rows explanation={x} currency={charge?.currency} /></Section>
          </Stack>
        );
      }}
    </Answer>
  );
}

const exact = (amount: string, currency: string) => <span className="num">{`${amount} ${currency}`}</span>;

function Section({ title, children }: { title: string; children: ReactNode }) {
  return <Stack component="section" gap="xs"><Title order={3}>{title}</Title>{children}</Stack>;
}

/** Names and amounts below each other; a third element makes a line strong. */
function Steps({ of }: { of: ([ReactNode, ReactNode] | [ReactNode, ReactNode, true])[] }) {
  return <dl className={classes.steps}>{of.map(([name, value, strong], i) => <Fragment key={i}><dt data-strong={strong}>{name}</dt><dd className="num" data-strong={strong}>{value}</dd></Fragment>)}</dl>;
}

function About({ charge: c }: { charge: Priced }) {
  const t = useWords("invoice");
  const f = useFormats();
  return (
    <div>
      <Text c="dimmed">{f.day(c.day)}{" · "}{c.account}</Text>
      <Text fz="1.375rem" fw={620} className="num">{`${c.price} ${c.currency}`}</Text>
      <Text mb="sm">{c.service}{c.description ? ` · ${c.description}` : ""}</Text>
      <Facts of={([
        [t("charge.usageType"), c.usage_type], [t("charge.operation"), c.operation], [t("charge.region"), c.region], [t("charge.resource"), c.resource],
        [t("charge.quantity"), <span key="q" className="num">{`${f.number(c.quantity, 20)} ${c.unit ?? ""}`}</span>], [t("charge.lineType"), c.line_type], [t("charge.commitment"), c.commitment],
      ] as [string, ReactNode][]).filter(([, value]) => value)} />
    </div>
  );
}

const baseName = (t: ReturnType<typeof useWords<"invoice">>, base: string | undefined) => (base && hasWord("invoice", `charge.bases.${base}`) ? t(`charge.bases.${base}` as "charge.bases.cost") : base ?? "–");

function Price({ charge: c }: { charge: Priced }) {
  const t = useWords("invoice");
  const steps = c.steps ?? [];
  return (
    <Steps of={[
      [t("charge.cost"), exact(c.cost, c.currency)],
      [t("charge.base", { base: baseName(t, c.base) }), exact(c.base_cost, c.currency)],
      ...steps.flatMap((s): [ReactNode, ReactNode][] => [
        ...(s.unit_price ? [[t("charge.unitPrice"), `${s.unit_price} ${c.currency}`] as [ReactNode, ReactNode]] : []),
        ...(s.factor ? [[t("charge.factor"), s.factor] as [ReactNode, ReactNode]] : []),
        ...(s.not_below?.bit ? [[t("charge.notBelow"), exact(s.not_below.amount, c.currency)] as [ReactNode, ReactNode]] : []),
        ...(s.not_above?.bit ? [[t("charge.notAbove"), exact(s.not_above.amount, c.currency)] as [ReactNode, ReactNode]] : []),
        ...(s.changes ?? []).map((x): [ReactNode, ReactNode] => [`${x.action} → ${x.to}`, exact(x.price, c.currency)]),
      ]),
      [t("charge.isPrice"), exact(c.price, c.currency), true],
    ]} />
  );
}

function Rules({ charge: c }: { charge: Priced }) {
  const t = useWords("invoice");
  return (
    <Stack gap="xs">
      {(c.steps ?? []).map((s, i) => (
        <div key={i}>
          <Text fw={560}>{t("charge.ruleOf", { rule: s.rule.name, book: s.version ? `${s.book} v${s.version}` : s.book })}</Text>
          <Text size="sm" c="dimmed">{matchOf(s.rule.match) || t("charge.matchesAll")}</Text>
          {!!s.shadowed?.length && (
            <Group gap={6} mt={6}>
              <Text size="sm" c="dimmed">{t("charge.shadowed", { count: s.shadowed.length })}</Text>
              {s.shadowed.map((name) => <Badge key={name} variant="default" tt="none" fw={400} td="line-through">{name}</Badge>)}
            </Group>
          )}
        </div>
      ))}
      {(c.steps ?? []).length === 0 && <Text>{t("charge.noRule", { treatment: c.treatment ?? c.class })}</Text>}
      {(c.attached ?? []).map((a, i) => (
        <Text key={i} size="sm">{t(a.prices ? "charge.attached" : "charge.attachedNot", { book: a.version ? `${a.book} v${a.version}` : a.book, at: a.id ? `${a.at} ${a.id}` : a.at })}</Text>
      ))}
      {c.claim && <Text size="sm">{t("charge.claim", { owner: c.claim.owner, account: c.claim.account, by: c.claim.by })}</Text>}
    </Stack>
  );
}

/** A rule's conditions in a line, as they are written. */
const matchOf = (match: object): string => Object.entries(match).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ");

function OnInvoice({ line, currency }: { line: Schema<"RatingInvoiceLine">; currency: string }) {
  const t = useWords("invoice");
  const f = useFormats();
  const own = line.currency ?? currency;
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">{[line.number ?? line.invoice, line.service].filter(Boolean).join(" · ")}{line.outdated ? ` · ${t("charge.outdated")}` : ""}</Text>
      <Steps of={([
        [t("charge.lineOf", { count: line.charges ?? 0 }), line.cost && exact(line.cost, currency)],
        [t("why.step.rate"), line.rate],
        [t("why.step.exact"), line.exact && exact(line.exact, own)],
        [t("charge.own"), line.own && exact(line.own, own)],
        [t("why.roundedBy", { mode: hasWord("invoice", `why.mode.${line.rounding}`) ? t(`why.mode.${line.rounding}` as "why.mode.down") : line.rounding ?? "" }), line.amount && f.money(line.amount, own, line.digits), true],
        [t("why.step.residue"), line.residue && exact(line.residue, own)],
      ] as [ReactNode, ReactNode, true?][]).filter(([, value]) => value).map((s) => (s[2] ? [s[0], s[1], true] : [s[0], s[1]]))} />
    </Stack>
  );
}

function Rows({ explanation, currency }: { explanation: Explanation; currency: string | undefined }) {
  const t = useWords("invoice");
  const columns = useMemo((): Column<Part>[] => [
    { id: "row", title: t("rows.row"), kind: "number", value: (p) => p.line?.row },
    { id: "file", title: t("rows.file"), value: (p) => p.line?.file_name?.split("/").at(-1), show: (p) => <span title={p.line && `${p.line.load}:${p.line.file}:${p.line.row} ${p.line.file_name ?? ""}`}>{p.line?.file_name?.split("/").at(-1) ?? p.line?.load}</span> },
    { id: "start", title: t("rows.start"), value: (p) => p.line?.start, show: (p) => <span className="num">{p.line?.start ?? "–"}</span> },
    { id: "quantity", title: t("usage.quantity"), kind: "number", digits: 12, value: (p) => p.quantity },
    { id: "cost", title: t("usage.cost"), kind: "number", digits: 20, value: (p) => p.cost },
    { id: "treatment", title: t("rows.treatment"), value: (p) => p.treatment, hidden: true },
    { id: "id", title: t("rows.id"), kind: "id", value: (p) => p.line && `${p.line.load}:${p.line.file}:${p.line.row}`, hidden: true },
  ], [t]);
  return (
    <Stack gap="xs">
      {currency && <Text size="sm" c="dimmed">{t("rows.currency", { currency })}</Text>}
      <DataTable plain name="why-rows" label={t("rows.label")} columns={columns} rows={explanation.parts} rowKey={(p) => `${p.line?.load ?? ""}:${p.line?.file ?? ""}:${p.line?.row ?? ""}:${p.from}`} maxHeight={360} />
      {explanation.part_count > explanation.parts.length && <Text size="sm" c="dimmed">{t("rows.more", { count: explanation.part_count - explanation.parts.length })}</Text>}
    </Stack>
  );
}
