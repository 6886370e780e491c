import { ActionIcon, Button, Group, Menu, Text, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconCopy, IconDots, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { Fragment, type KeyboardEvent, useRef } from "react";

import type { Schema } from "../../api/query";
import { Amount, Change } from "../../ui/amount";
import { absolute, compare, position, ratio } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Empty, State } from "../../ui/state";
import { useWords } from "../../words/words";
import { freeName, moved, type PriceBook, type Rule, standing } from "./book";
import { type Remark, RemarkLine, toneOf } from "./marks";
import classes from "./rules.module.css";
import { useRuleWords } from "./said";

type Use = Schema<"BookUse">;

interface Props {
  book: PriceBook;
  declared?: PriceBook;
  use?: Use;
  remarks: Remark[];
  readOnly: boolean;
  onRules: (rules: Rule[]) => void;
  onOpen: (name: string) => void;
}

/** The rules in the order in which they are asked, each with what it brings in the month and what is odd about it. */
export function RulesTable({ book, declared, use, remarks, readOnly, onRules, onOpen }: Props) {
  const t = useWords("price");
  const table = useRef<HTMLTableElement>(null);
  const all = use?.rules.flatMap((r) => r.sums ?? []) ?? [];
  const currencies = [...new Set(all.map((s) => s.currency))];
  const only = currencies.length === 1 ? currencies[0] : undefined;
  const most = all.map((s) => absolute(s.price)).sort(compare).at(-1);
  const gone = use?.rules.filter((r) => !book.rules.some((x) => x.name === r.rule) && r.sums?.length) ?? [];

  const move = (from: number, by: number) => {
    const to = from + by;
    if (readOnly || to < 0 || to >= book.rules.length) return;
    onRules(moved(book.rules, from, to));
    requestAnimationFrame(() => table.current?.querySelector<HTMLButtonElement>(`[data-rule="${to}"]`)?.focus());
  };
  const add = () => {
    const rule: Rule = { name: freeName(book.rules, t("newRule")), match: { service: "" }, percent: "0" };
    const last = book.rules.at(-1);
    const before = last && Object.keys(last.match).length === 0 ? book.rules.length - 1 : book.rules.length; // before the rule for all the rest
    onRules([...book.rules.slice(0, before), { ...rule, match: {} }, ...book.rules.slice(before)]);
    onOpen(rule.name);
  };
  const copy = (place: number) => {
    const rule = { ...structuredClone(book.rules[place]!), name: freeName(book.rules, book.rules[place]!.name) };
    onRules([...book.rules.slice(0, place + 1), rule, ...book.rules.slice(place + 1)]);
    onOpen(rule.name);
  };

  return (
    <div style={{ overflowX: "auto", position: "relative" }}>
      <table ref={table} className={classes.table} aria-label={t("view.rules")}>
        <thead>
          <tr>
            <th scope="col" className={classes.place}>{t("column.place")}</th>
            <th scope="col">{t("column.rule")}</th>
            <th scope="col" data-number>{t("column.does")}</th>
            <th scope="col" data-number>{t("column.lines")}</th>
            <th scope="col" data-number>{t("column.base")}{only ? ` (${only})` : ""}</th>
            <th scope="col" data-number>{t("column.price")}{only ? ` (${only})` : ""}</th>
            <th scope="col"><span className="sr-only">{t("column.change")}</span></th>
          </tr>
        </thead>
        <tbody>
          {book.rules.map((rule, place) => (
            <Row
              key={rule.name} rule={rule} place={place} count={book.rules.length} used={use?.rules.find((r) => r.rule === rule.name)} loaded={!!use} only={only} most={most} standing={declared ? standing(rule, declared) : "same"}
              remarks={remarks.filter((r) => r.rule === rule.name)} readOnly={readOnly} onOpen={() => onOpen(rule.name)} onMove={(by) => move(place, by)} onCopy={() => copy(place)} onRemove={() => onRules(book.rules.filter((_, i) => i !== place))}
            />
          ))}
          {gone.map((r) => (
            <tr key={`gone ${r.rule}`} data-quiet>
              <td className={classes.place}>–</td>
              <td className={classes.what}><del>{r.rule}</del> <State tone="quiet">{t("goneRule")}</State></td>
              <td />
              <Money used={r} only={only} loaded most={most} />
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      {book.rules.length === 0 && <Empty title={t("noRules")}>{t("noRulesHelp")}</Empty>}
      {!readOnly && <Group p="sm" style={{ borderTop: "1px solid var(--rule)" }}><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={add}>{t("addRule")}</Button><Text size="sm" c="dimmed">{t("moveHelp")}</Text></Group>}
    </div>
  );
}

interface RowProps {
  rule: Rule;
  place: number;
  count: number;
  used?: Use["rules"][number];
  loaded: boolean;
  only?: string;
  most?: string;
  standing: "same" | "new" | "changed";
  remarks: Remark[];
  readOnly: boolean;
  onOpen: () => void;
  onMove: (by: number) => void;
  onCopy: () => void;
  onRemove: () => void;
}

function Row({ rule, place, count, used, loaded, only, most, standing, remarks, readOnly, onOpen, onMove, onCopy, onRemove }: RowProps) {
  const t = useWords("price");
  const words = useRuleWords();
  const conditions = words.match(rule.match);
  const days = words.dates(rule);
  const keys = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    onMove(event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    <tr data-tone={toneOf(remarks)} onKeyDown={keys}>
      <td className={`${classes.place} num`}>{place + 1}</td>
      <td className={classes.what}>
        <Group gap={8}>
          <button type="button" className={classes.name} data-rule={place} onClick={onOpen}>{rule.name}</button>
          {standing !== "same" && <State tone="info">{t(`standing.${standing}`)}</State>}
          {loaded && standing === "same" && !used?.sums?.length && <State tone="quiet">{t("noHits")}</State>}
        </Group>
        <div className={classes.match}>
          {conditions.length === 0 ? t("allUsage") : conditions.map((c, i) => <Fragment key={c}>{i > 0 && <span aria-hidden> · </span>}{c}</Fragment>)}
          {days && <div className="num">{days}</div>}
        </div>
        {remarks.map((r, i) => <RemarkLine key={i} remark={r} />)}
      </td>
      <td data-number style={{ whiteSpace: "normal", minWidth: 110 }}>
        <b className="num">{words.price(rule)}</b>
        {words.beside(rule).map((b) => <div key={b} className="soft">{b}</div>)}
      </td>
      <Money used={used} only={only} loaded={loaded} most={most} />
      <td style={{ whiteSpace: "nowrap", textAlign: "right" }}>
        {!readOnly && (
          <Group gap={0} wrap="nowrap" justify="flex-end">
            <ActionIcon size={24} aria-label={t("moveUp", { rule: rule.name })} disabled={place === 0} onClick={() => onMove(-1)}><IconChevronUp size={15} /></ActionIcon>
            <ActionIcon size={24} aria-label={t("moveDown", { rule: rule.name })} disabled={place === count - 1} onClick={() => onMove(1)}><IconChevronDown size={15} /></ActionIcon>
            <Menu position="bottom-end">
              <Menu.Target><ActionIcon size={24} aria-label={t("moreFor", { rule: rule.name })}><IconDots size={15} /></ActionIcon></Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconPencil size={14} />} onClick={onOpen}>{t("editRule")}</Menu.Item>
                <Menu.Item leftSection={<IconCopy size={14} />} onClick={onCopy}>{t("copyRule")}</Menu.Item>
                <Menu.Item leftSection={<IconTrash size={14} />} color="red" onClick={onRemove}>{t("removeRule")}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        )}
      </td>
    </tr>
  );
}

/** What a rule prices in the month: a line for each currency. */
function Money({ used, only, loaded, most }: { used?: Use["rules"][number]; only?: string; loaded: boolean; most?: string }) {
  const t = useWords("price");
  const f = useFormats();
  const sums = used?.sums ?? [];
  if (sums.length === 0) return <>{Array.from({ length: 3 }, (_, i) => <td key={i} data-number><span className="soft num">{loaded && used && i === 0 ? 0 : "–"}</span></td>)}</>;
  const each = (show: (s: (typeof sums)[number]) => React.ReactNode) => sums.map((s) => <div key={s.currency}>{show(s)}</div>);
  return (
    <>
      <td data-number>{each((s) => <Tooltip label={t("charges", { count: s.charges })}><span className="num">{f.number(s.lines)}</span></Tooltip>)}</td>
      <td data-number>{each((s) => <Amount bare={!!only} value={s.base} currency={s.currency} />)}</td>
      <td data-number>
        {each((s) => <Amount bare={!!only} strong value={s.price} currency={s.currency} />)}
        {only && most && <div className={classes.share} aria-hidden style={{ width: `${Math.max(1, Math.min(100, position(ratio(absolute(sums[0]!.price), most) ?? "0") * 100))}%` }} />}
        {each((s) => <span className="soft"><Change value={s.difference} before={s.base} currency={s.currency} /></span>)}
      </td>
    </>
  );
}
