import { ActionIcon, Box, Button, Checkbox, CloseButton, Group, Menu, SegmentedControl, Text, TextInput, Tooltip } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconArrowDown, IconArrowUp, IconCopy, IconDownload, IconSearch } from "@tabler/icons-react";
import { type ColumnDef, getCoreRowModel, getFilteredRowModel, getSortedRowModel, type Row, type RowData, useReactTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";

import { useWords } from "../words/words";
import { compare, type Decimal, isDecimal, sum } from "./decimal";
import { useFormats } from "./format";
import { Empty, Waiting } from "./state";
import { saveCSV, textOf } from "./table_text";
import classes from "./table.module.css";

/** What a column says of a row: a text, an exact amount, a number, or nothing. */
export type Value = string | number | boolean | null | undefined;

export interface Column<T> {
  id: string;
  title: string;
  /** What is sorted, searched, copied and exported. Amounts are decimals in strings. */
  value: (row: T) => Value;
  /** How it is shown; without it, the value by its kind. */
  show?: (row: T) => ReactNode;
  kind?: "text" | "amount" | "number" | "percent" | "day" | "time" | "id";
  /** Of amounts: the currency of a row; the column says it once where all rows have the same. */
  currency?: (row: T) => string;
  digits?: number;
  /** A row at the bottom: the exact sum of what is shown (amounts of one currency, numbers), or a text of one's own. */
  total?: boolean | ((rows: T[]) => ReactNode);
  /** Not shown from the start. */
  hidden?: boolean;
  width?: number;
}

export interface BulkAction<T> {
  label: string;
  icon?: ReactNode;
  tone?: "primary" | "danger";
  /** Why it cannot be done with these rows; nothing where it can. */
  refused?: (rows: T[]) => string | undefined;
  do: (rows: T[]) => void;
}

interface Props<T> {
  /** Names the table: the choice of columns and the file of an export are kept under it. */
  name: string;
  label: string;
  columns: Column<T>[];
  rows: T[] | undefined; // undefined while they are on their way
  rowKey: (row: T) => string;
  onOpen?: (row: T) => void;
  bulk?: BulkAction<T>[];
  /** Beside the search, such as filters. */
  tools?: ReactNode;
  empty?: ReactNode;
  /** Sorted by from the start: a column's id, with "-" before it for the largest first. */
  sort?: string;
  /** Searched for from the start. */
  startSearch?: string;
  /** Without search, choice of columns and export: for short lists in a page. */
  plain?: boolean;
  /** In pixels; the rows scroll below the head. */
  maxHeight?: number;
  mark?: (row: T) => "warn" | "bad" | "quiet" | undefined;
}

const rowHeights = { normal: 38, dense: 30 };
const many = 200; // rows from which on only those in sight are drawn

/**
 * A table of the interface: sorted by its heads, searched, with a choice of
 * columns, totals, a copy for spreadsheets, CSV, many rows at once. By keyboard:
 * j and k or the arrows move, x marks, Enter opens.
 */
export function DataTable<T extends RowData>(props: Props<T>) {
  const { name, label, rows, columns, rowKey, bulk, onOpen } = props;
  const t = useWords("ui");
  const f = useFormats();
  const [search, setSearch] = useState(props.startSearch ?? "");
  const [dense, setDense] = useLocalStorage({ key: "table-density", defaultValue: "normal" });
  const [shown, setShown] = useLocalStorage<Record<string, boolean>>({ key: `table-columns-${name}`, defaultValue: {} });
  const [at, setAt] = useState(0);
  const place = useRef<HTMLDivElement>(null);

  const currencies = useMemo(() => Object.fromEntries(columns.filter((c) => c.currency).map((c) => [c.id, oneOf((rows ?? []).map((r) => c.currency!(r)))])), [columns, rows]);
  const table = useReactTable<T>({
    data: rows ?? none,
    columns: useMemo(() => columns.map((c): ColumnDef<T> => ({ id: c.id, accessorFn: (row) => c.value(row), sortingFn: byValue, sortUndefined: "last", enableGlobalFilter: true })), [columns]),
    getRowId: rowKey,
    state: { globalFilter: search, columnVisibility: Object.fromEntries(columns.map((c) => [c.id, shown[c.id] ?? !c.hidden])) },
    initialState: { sorting: props.sort ? [{ id: props.sort.replace(/^-/, ""), desc: props.sort.startsWith("-") }] : [] },
    globalFilterFn: (row, id, wanted: string) => String(row.getValue(id) ?? "").toLocaleLowerCase().includes(wanted.toLocaleLowerCase()),
    getColumnCanGlobalFilter: () => true,
    enableRowSelection: !!bulk,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
  });
  const visible = columns.filter((c) => table.getColumn(c.id)?.getIsVisible());
  const sorted = table.getRowModel().rows;
  const marked = table.getSelectedRowModel().rows.map((r) => r.original);
  const height = dense === "dense" ? rowHeights.dense : rowHeights.normal;
  const virtual = useVirtualizer({ count: sorted.length, getScrollElement: () => place.current, estimateSize: () => height, overscan: 16, enabled: sorted.length > many });
  const slice = sorted.length > many ? virtual.getVirtualItems().map((v) => sorted[v.index]!) : sorted;
  const [before, after] = sorted.length > many && slice.length > 0
    ? [virtual.getVirtualItems()[0]!.start, virtual.getTotalSize() - virtual.getVirtualItems().at(-1)!.end]
    : [0, 0];

  function keys(event: KeyboardEvent<HTMLDivElement>) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement && event.target.type !== "checkbox") return;
    const here = sorted[at];
    const move = (to: number) => {
      const next = Math.max(0, Math.min(sorted.length - 1, to));
      setAt(next);
      if (sorted.length > many) virtual.scrollToIndex(next);
      else place.current?.querySelector(`[data-row="${next}"]`)?.scrollIntoView({ block: "nearest" });
      event.preventDefault();
    };
    if (event.key === "j" || event.key === "ArrowDown") move(at + 1);
    else if (event.key === "k" || event.key === "ArrowUp") move(at - 1);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(sorted.length - 1);
    else if (event.key === "x" && here && bulk) here.toggleSelected();
    else if (event.key === "Enter" && here && onOpen && event.target === place.current) onOpen(here.original);
  }

  const cell = (c: Column<T>, row: T): ReactNode => {
    if (c.show) return c.show(row);
    return formatValue(f, c, c.value(row), c.currency?.(row), currencies[c.id] !== undefined, t);
  };
  const asText = () => textOf(visible.map((c) => ({ title: head(c, currencies[c.id]), values: sorted.map((r) => c.value(r.original)) })));
  const totals = visible.some((c) => c.total) && sorted.length > 0;

  return (
    <Box className={classes.whole}>
      {!props.plain && (
        <Group gap="xs" wrap="wrap" className={`${classes.tools} no-print`}>
          <TextInput
            value={search} onChange={(e) => setSearch(e.currentTarget.value)} placeholder={t("table.search")} aria-label={t("table.searchIn", { label })}
            leftSection={<IconSearch size={14} aria-hidden />} rightSection={search ? <CloseButton size="xs" aria-label={t("clear")} onClick={() => setSearch("")} /> : undefined} w={210}
          />
          {props.tools}
          <Box style={{ flex: 1 }} />
          {rows && <Text size="sm" c="dimmed" className="num">{t("table.rows", { count: sorted.length })}</Text>}
          <Menu position="bottom-end" closeOnItemClick={false}>
            <Menu.Target>
              <Tooltip label={t("table.view")}><ActionIcon aria-label={t("table.view")}><IconAdjustmentsHorizontal size={17} /></ActionIcon></Tooltip>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t("table.density")}</Menu.Label>
              <Box px="sm" pb="xs">
                <SegmentedControl size="xs" fullWidth value={dense} onChange={setDense} data={[{ value: "normal", label: t("table.normal") }, { value: "dense", label: t("table.dense") }]} />
              </Box>
              <Menu.Label>{t("table.columns")}</Menu.Label>
              {columns.map((c) => (
                <Menu.Item key={c.id} role="menuitemcheckbox" aria-checked={visible.includes(c)} leftSection={<Checkbox.Indicator size="xs" checked={visible.includes(c)} />} onClick={() => setShown({ ...shown, [c.id]: !visible.includes(c) })}>
                  {c.title}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          <Tooltip label={t("table.copy")}><ActionIcon aria-label={t("table.copy")} onClick={() => void navigator.clipboard.writeText(asText().tabs)}><IconCopy size={16} /></ActionIcon></Tooltip>
          <Tooltip label={t("table.csv")}><ActionIcon aria-label={t("table.csv")} onClick={() => saveCSV(name, asText().csv)}><IconDownload size={16} /></ActionIcon></Tooltip>
        </Group>
      )}
      {bulk && marked.length > 0 && (
        <Group role="toolbar" aria-label={t("table.marked", { count: marked.length })} gap="xs" className={classes.bulk}>
          <Text size="sm" fw={600} className="num">{t("table.marked", { count: marked.length })}</Text>
          {bulk.map((action) => {
            const refused = action.refused?.(marked);
            return (
              <Tooltip key={action.label} label={refused} disabled={!refused}>
                <Button
                  size="compact-sm" variant={action.tone === "primary" ? "filled" : "default"} color={action.tone === "danger" ? "red" : undefined} leftSection={action.icon}
                  data-disabled={refused ? true : undefined} aria-disabled={!!refused} onClick={() => { if (!refused) action.do(marked); }}
                >
                  {action.label}
                </Button>
              </Tooltip>
            );
          })}
          <Button size="compact-sm" variant="subtle" onClick={() => table.resetRowSelection()}>{t("table.unmark")}</Button>
        </Group>
      )}
      <Box
        ref={place} className={classes.scroll} style={{ maxHeight: props.maxHeight ?? (sorted.length > many ? "70vh" : undefined) }}
        role="region" aria-label={label} tabIndex={0} onKeyDown={keys}
      >
        <table className={classes.table} data-dense={dense === "dense" || undefined} aria-rowcount={sorted.length + 1}>
          <thead>
            <tr>
              {bulk && (
                <th className={classes.mark} scope="col">
                  <Checkbox size="xs" aria-label={t("table.markAll")} checked={table.getIsAllRowsSelected()} indeterminate={table.getIsSomeRowsSelected()} onChange={table.getToggleAllRowsSelectedHandler()} />
                </th>
              )}
              {visible.map((c) => {
                const order = table.getColumn(c.id)!.getIsSorted();
                return (
                  <th key={c.id} scope="col" data-kind={c.kind ?? "text"} style={{ minWidth: c.width }} aria-sort={order === "asc" ? "ascending" : order === "desc" ? "descending" : "none"}>
                    {c.title && (
                      <button type="button" onClick={table.getColumn(c.id)!.getToggleSortingHandler()}>
                        {head(c, currencies[c.id])}
                        {order === "asc" ? <IconArrowUp size={12} aria-hidden /> : order === "desc" ? <IconArrowDown size={12} aria-hidden /> : null}
                      </button>
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <tr aria-hidden style={{ height: before }} />}
            {slice.map((r: Row<T>) => {
              const index = sorted.length > many ? sorted.indexOf(r) : r.index === undefined ? 0 : sorted.indexOf(r);
              return (
                <tr
                  key={r.id} data-row={index} aria-rowindex={index + 2} data-at={index === at || undefined} data-marked={r.getIsSelected() || undefined} data-tone={props.mark?.(r.original)}
                  data-opens={onOpen ? true : undefined}
                  onClick={onOpen ? (e) => { setAt(index); if (!interactive(e.target)) onOpen(r.original); } : undefined}
                >
                  {bulk && <td className={classes.mark}><Checkbox size="xs" aria-label={t("table.mark", { row: rowKey(r.original) })} checked={r.getIsSelected()} onChange={r.getToggleSelectedHandler()} /></td>}
                  {visible.map((c) => <td key={c.id} data-kind={c.kind ?? "text"}>{cell(c, r.original)}</td>)}
                </tr>
              );
            })}
            {after > 0 && <tr aria-hidden style={{ height: after }} />}
          </tbody>
          {totals && (
            <tfoot>
              <tr>
                {bulk && <td />}
                {visible.map((c, i) => (
                  <td key={c.id} data-kind={c.kind ?? "text"}>
                    {i === 0 && !c.total ? t("table.total") : total(f, c, sorted.map((r) => r.original), currencies[c.id])}
                  </td>
                ))}
              </tr>
            </tfoot>
          )}
        </table>
        {!rows && <Waiting lines={8} />}
        {rows && sorted.length === 0 && (rows.length === 0 ? props.empty ?? <Empty title={t("table.none")} /> : <Empty title={t("table.noMatch")} action={<Button variant="default" onClick={() => setSearch("")}>{t("clear")}</Button>} />)}
      </Box>
    </Box>
  );
}

const none: never[] = [];

const oneOf = (values: string[]): string | undefined => (new Set(values).size === 1 ? values[0] : undefined);

const head = <T,>(c: Column<T>, currency: string | undefined) => (currency ? `${c.title} (${currency})` : c.title);

const interactive = (target: EventTarget) => target instanceof Element && target.closest("a, button, input, label, [role=menuitem]") !== null;

function byValue<T extends RowData>(a: Row<T>, b: Row<T>, id: string): number {
  const [x, y] = [a.getValue<Value>(id), b.getValue<Value>(id)];
  if (x == null || y == null) return x == null ? (y == null ? 0 : 1) : -1;
  if (typeof x === "number" && typeof y === "number") return x - y;
  const [s, u] = [String(x), String(y)];
  if (isDecimal(s) && isDecimal(u)) return compare(s, u);
  return s.localeCompare(u, undefined, { numeric: true });
}

function formatValue<T>(f: ReturnType<typeof useFormats>, c: Column<T>, value: Value, currency: string | undefined, said: boolean, t: ReturnType<typeof useWords<"ui">>): ReactNode {
  if (value == null || value === "") return <span className="soft">–</span>;
  switch (c.kind) {
    case "amount": {
      const amount = value as Decimal;
      if (!currency) return <span className="num">{f.number(amount, c.digits ?? 2)}</span>;
      return <span className="num" title={f.whole(amount, currency)}>{said ? f.amount(amount, currency, c.digits) : f.money(amount, currency, c.digits)}</span>;
    }
    case "number": return <span className="num">{f.number(value as Decimal | number, c.digits)}</span>;
    case "percent": return <span className="num">{f.percent(String(value), c.digits)}</span>;
    case "day": return <span className="num">{f.day(String(value))}</span>;
    case "time": return <span className="num">{f.time(String(value))}</span>;
    case "id": return <span className="id">{String(value)}</span>;
    default: return typeof value === "boolean" ? (value ? t("yes") : t("no")) : String(value);
  }
}

function total<T>(f: ReturnType<typeof useFormats>, c: Column<T>, rows: T[], currency: string | undefined): ReactNode {
  if (!c.total) return null;
  if (typeof c.total === "function") return c.total(rows);
  const values = rows.map((r) => c.value(r)).filter((v) => v != null && v !== "").map(String);
  if (c.kind === "amount" && c.currency && !currency) return <span className="soft">–</span>; // amounts of several currencies have no sum
  const all = sum(values);
  return <span className="num">{c.kind === "amount" && currency ? f.amount(all, currency, c.digits) : f.number(all, c.digits)}</span>;
}
