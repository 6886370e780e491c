import { Anchor, Button, Group, Text, UnstyledButton } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import { IconBuilding, IconBuildingStore, IconChevronRight, IconCloud, IconFileInvoice } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from "react";
import { Link } from "react-router";

import { Amount, Id } from "../../ui/amount";
import { minus } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { monthBefore, usePeriod } from "../../ui/period";
import { Empty, State } from "../../ui/state";
import { useWords } from "../../words/words";
import { DocumentState } from "../group/document_state";
import { type Sums, together } from "./sums";
import { all, type Line, linesOf, type Node } from "./tree";
import classes from "./tree.module.css";

/** Customers, those they sell to, billing groups and accounts; opened and closed, also by the arrow keys. */
export function Tree({ nodes, top, search, money }: { nodes: Node[]; top: Node[]; search: string; money: boolean }) {
  const t = useWords("customer");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const [opened, setOpened] = useSessionStorage<string[]>({ key: "customers-open", defaultValue: [] });
  const open = useMemo(() => new Set(opened), [opened]);
  const lines = useMemo(() => linesOf(nodes, (n) => open.has(n.key), search), [nodes, open, search]);
  const body = useRef<HTMLTableSectionElement>(null);
  const bills = can("invoices.read");
  const currency = useMemo(() => oneCurrency(top), [top]);
  const turn = (node: Node, to?: boolean) => setOpened((before) => ((to ?? !before.includes(node.key)) ? [...before.filter((k) => k !== node.key), node.key] : before.filter((k) => k !== node.key)));

  function keys(event: KeyboardEvent, at: number) {
    const { node, open: isOpen, depth } = lines[at]!;
    const focus = (to: number) => { body.current?.querySelectorAll<HTMLElement>("tr")[to]?.focus(); event.preventDefault(); };
    if (event.target !== event.currentTarget) return;
    if (event.key === "ArrowDown" || event.key === "j") focus(at + 1);
    else if (event.key === "ArrowUp" || event.key === "k") focus(at - 1);
    else if (event.key === "ArrowRight" && node.below.length > 0 && !isOpen) turn(node, true);
    else if (event.key === "ArrowLeft" && isOpen) turn(node, false);
    else if (event.key === "ArrowLeft" && depth > 0) focus(lines.findLastIndex((l, i) => i < at && l.depth < depth));
    else if (event.key === "Enter") event.currentTarget.querySelector<HTMLElement>("a")?.click();
    else return;
    event.preventDefault();
  }

  if (lines.length === 0) return <Empty title={t("noMatch")}>{t("noMatchHelp", { search })}</Empty>;
  const total = { now: together(top.map((n) => n.now)), before: together(top.map((n) => n.before)) };
  return (
    <div className={classes.scroll}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a tree grid is a table whose rows take keys */}
      <table className={classes.tree} role="treegrid" aria-label={t("title")}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              <Group gap="sm" wrap="nowrap">
                {t("column.name")}
                <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setOpened(opened.length > 0 ? [] : all(top).filter((n) => n.below.length > 0).map((n) => n.key))}>{opened.length > 0 ? t("closeAll") : t("openAll")}</Button>
              </Group>
            </th>
            <th scope="col" rowSpan={2}>{t("column.setUp")}</th>
            <th scope="col" rowSpan={2} data-right>{t("column.accounts")}</th>
            {bills && <th scope="colgroup" colSpan={2} data-over>{t("column.invoice", { month: f.period(period, true) })}</th>}
            {money && <th scope="colgroup" colSpan={4} data-over>{currency ? t("column.usageIn", { currency }) : t("column.usage")}</th>}
          </tr>
          <tr>
            {bills && <th scope="col" data-right>{t("column.total")}</th>}
            {bills && <th scope="col">{t("column.state")}</th>}
            {money && <th scope="col" data-right>{f.period(period, true)}</th>}
            {money && <th scope="col" data-right>{f.period(monthBefore(period), true)}</th>}
            {money && <th scope="col" data-right>{t("column.change")}</th>}
            {money && <th scope="col" data-right>{t("column.margin")}</th>}
          </tr>
        </thead>
        <tbody ref={body}>
          {lines.map((line, i) => (
            <tr key={line.node.key} tabIndex={i === 0 ? 0 : -1} aria-level={line.depth + 1} aria-expanded={line.node.below.length > 0 ? line.open : undefined} data-kind={line.node.kind} onKeyDown={(e) => keys(e, i)}>
              <td><Name line={line} turn={() => turn(line.node)} /></td>
              <td><SetUp node={line.node} /></td>
              <td data-right className="num">{line.node.kind === "account" ? "" : f.number(line.node.accounts)}</td>
              {bills && <td data-right>{line.node.kind === "account" ? "" : line.node.documents.length === 0 ? <Nothing /> : totals(line.node).map((x) => <div key={x.currency}><Amount value={x.price} currency={x.currency} /></div>)}</td>}
              {bills && <td>{line.node.documents.length === 1 ? <DocumentState invoice={line.node.documents[0]!} /> : line.node.documents.length > 1 ? <Text span size="sm" c="dimmed">{t("documents", { count: line.node.documents.length })}</Text> : null}</td>}
              {money && <Money now={line.node.now} before={line.node.before} bare={!!currency} />}
            </tr>
          ))}
        </tbody>
        {money && (
          <tfoot>
            <tr>
              <td colSpan={bills ? 5 : 3}>{t("total")}</td>
              <Money now={total.now} before={total.before} bare={!!currency} />
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

const signs = { customer: IconBuilding, group: IconFileInvoice, account: IconCloud };

function Name({ line: { node, depth, open }, turn }: { line: Line; turn: () => void }) {
  const t = useWords("customer");
  const Sign = node.resells ? IconBuildingStore : signs[node.kind];
  const to = node.kind === "customer" ? `/customers/${encodeURIComponent(node.id)}` : node.kind === "group" ? `/groups/${encodeURIComponent(node.id)}` : undefined;
  return (
    <Group gap={6} wrap="nowrap" style={{ paddingLeft: depth * 20 }}>
      {node.below.length > 0 ? (
        <UnstyledButton className={classes.turn} aria-label={t(open ? "close" : "open", { name: node.name })} aria-expanded={open} onClick={turn} tabIndex={-1}>
          <IconChevronRight size={15} style={{ transform: open ? "rotate(90deg)" : undefined }} aria-hidden />
        </UnstyledButton>
      ) : <span className={classes.turn} />}
      <Sign size={16} stroke={1.6} color={node.resells ? "var(--accent-text)" : "var(--soft)"} style={{ flex: "none" }} role="img" aria-label={t(node.resells ? "kind.reseller" : `kind.${node.kind}`)}><title>{t(node.resells ? "kind.reseller" : `kind.${node.kind}`)}</title></Sign>
      {to ? <Anchor component={Link} to={to} inherit fw={node.kind === "customer" ? 580 : undefined}>{node.name}</Anchor> : <Text span size="sm">{node.name}</Text>}
      {node.kind === "account" && node.name !== node.id && <Id value={node.id} />}
      {node.detail && <Text span size="xs" c="dimmed">{node.detail}</Text>}
    </Group>
  );
}

function SetUp({ node }: { node: Node }) {
  const t = useWords("customer");
  if (node.kind === "account") return null;
  if (node.kind === "customer" && !node.below.some((n) => n.kind === "group")) return <State tone="warn">{t("noGroup")}</State>;
  if (node.gaps.length === 0) return <State tone="good">{t("complete")}</State>;
  const names = node.gaps.map((g) => t(`gap.${g}`)).join(", ");
  return <span title={names}><State tone="warn">{node.gaps.length === 1 ? names : t("gaps", { count: node.gaps.length })}</State></span>;
}

const Nothing = () => <span className="soft">–</span>;

/** The documents of a customer, added up for each currency. */
function totals(node: Node): Sums[] {
  return together(node.documents.map((d) => [{ currency: d.currency, price: d.total }]));
}

function Money({ now, before, bare }: { now: Sums[]; before: Sums[]; bare: boolean }) {
  const f = useFormats();
  const each = (of: Sums[], show: (s: Sums) => ReactNode) => (of.length === 0 ? <Nothing /> : of.map((s) => <div key={s.currency}>{show(s)}</div>));
  const was = (s: Sums) => before.find((b) => b.currency === s.currency);
  return (
    <>
      <td data-right>{each(now, (s) => <Amount value={s.price} currency={s.currency} bare={bare} strong />)}</td>
      <td data-right className="soft">{each(before, (s) => <Amount value={s.price} currency={s.currency} bare={bare} />)}</td>
      <td data-right>{each(now, (s) => (was(s) ? <span className="num" title={f.change(minus(s.price, was(s)!.price), s.currency)}>{f.growth(was(s)!.price, s.price, 0)}</span> : <Nothing />))}</td>
      <td data-right>{each(now, (s) => (s.margin === undefined ? <Nothing /> : <Amount value={s.margin} currency={s.currency} bare={bare} />))}</td>
    </>
  );
}

const oneCurrency = (nodes: Node[]): string | undefined => {
  const found = new Set(all(nodes).flatMap((n) => [...n.now, ...n.before]).map((s) => s.currency));
  return found.size === 1 ? [...found][0] : undefined;
};
