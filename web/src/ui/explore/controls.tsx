import { Button, Group, Select, Switch } from "@mantine/core";
import { IconArrowLeft, IconChevronDown, IconChevronRight, IconFilter, IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { useWords } from "../../words/words";
import { Ways } from "../chart";
import { useFormats } from "../format";
import { usePeriod } from "../period";
import { type Names, useDimensions } from "./asking";
import { ConditionChip } from "./condition";
import { DimensionChoice } from "./dimension";
import classes from "./explore.module.css";
import { type Look, type Measure, monthsBetween, mostBy, spans, stepBack } from "./question";
import type { Source } from "./source";

interface Props {
  source: Source;
  look: Look;
  show: (change: Partial<Look>) => void;
  names: Names;
}

/** What is asked: a measure of months, by what, of what. */
export function Controls(props: Props) {
  const { source, look, show } = props;
  const t = useWords("explore");
  const grains = source.grains ?? ["day", "month"];
  return (
    <div className={`${classes.controls} no-print`}>
      <span>{t("show")}</span>
      <div className={classes.row}>
        {source.measures.length > 1 && <Measures source={source} look={look} show={show} />}
        <Months look={look} show={show} />
        {grains.length > 1 && <Ways label={t("grain.label")} value={look.grain} onChange={(grain) => show({ grain })} ways={grains.map((g) => ({ value: g, label: t(`grain.${g}`) }))} />}
        <Switch size="xs" label={look.from === look.to ? t("compareMonth") : t("compareMonths", { count: monthsBetween(look.from, look.to) })} checked={look.compared} onChange={(e) => show({ compared: e.currentTarget.checked })} />
      </div>
      <span>{t("by")}</span>
      <By {...props} />
      <span>{t("where")}</span>
      <Where {...props} />
    </div>
  );
}

function Measures({ source, look, show }: Pick<Props, "source" | "look" | "show">) {
  const t = useWords("explore");
  return (
    <Select
      aria-label={t("measure.label")} size="xs" w={130} allowDeselect={false} value={look.measure} onChange={(m) => m && show({ measure: m as Measure })}
      data={source.measures.map((m) => ({ value: m, label: t(`measure.${m}`) }))}
    />
  );
}

function Months({ look, show }: Pick<Props, "look" | "show">) {
  const t = useWords("explore");
  const f = useFormats();
  const { period, periods } = usePeriod();
  const all = [...new Set([...periods, look.from, look.to])].sort().reverse().map((p) => ({ value: p, label: f.period(p) }));
  const choose = (value: string | null) => {
    if (value === "0") show({ from: look.from, to: look.to });
    else if (value) show({ span: Number(value) });
  };
  return (
    <>
      <Select
        aria-label={t("months.label")} size="xs" w={220} allowDeselect={false} value={String(look.span)} onChange={choose}
        data={[...spans.map((n) => ({ value: String(n), label: n === 1 ? f.period(period) : t("months.upTo", { count: n, month: f.period(period, true) }) })), { value: "0", label: t("months.custom") }]}
      />
      {look.span === 0 && (
        <Group gap={4} wrap="nowrap">
          <Select aria-label={t("months.from")} size="xs" w={140} allowDeselect={false} value={look.from} onChange={(from) => from && show({ from, to: from > look.to ? from : look.to })} data={all} />
          <span className="soft">–</span>
          <Select aria-label={t("months.to")} size="xs" w={140} allowDeselect={false} value={look.to} onChange={(to) => to && show({ from: to < look.from ? to : look.from, to })} data={all} />
        </Group>
      )}
    </>
  );
}

function By({ source, look, show, names }: Props) {
  const t = useWords("explore");
  const known = useDimensions(source, look);
  const replace = (at: number, dimension: string) => show({ by: look.by.map((d, i) => (i === at ? dimension : d)) });
  return (
    <div className={classes.row}>
      {look.by.map((d, i) => (
        <DimensionChoice
          key={d} known={known} names={names} without={look.by} onChoose={(chosen) => replace(i, chosen)}
          extras={[
            ...(i > 0 ? [{ id: "first", label: t("makeFirst"), do: () => show({ by: [d, ...look.by.filter((x) => x !== d)] }) }] : []),
            { id: "remove", label: t("removeDimension"), do: () => show({ by: look.by.filter((x) => x !== d) }) },
          ]}
          target={(open, opened) => (
            <Button size="compact-sm" variant="default" aria-haspopup="listbox" aria-expanded={opened} aria-label={t("byThis", { dimension: names.dimension(d) })} fw={i === 0 ? 600 : 450} rightSection={<IconChevronDown size={13} aria-hidden />} onClick={open}>
              {names.dimension(d)}
            </Button>
          )}
        />
      ))}
      {look.by.length < mostBy && (
        <DimensionChoice
          known={known} names={names} without={look.by} onChoose={(d) => show({ by: [...look.by, d] })}
          target={(open, opened) => <Button size="compact-sm" variant="subtle" aria-haspopup="listbox" aria-expanded={opened} leftSection={<IconPlus size={13} aria-hidden />} onClick={open}>{look.by.length ? t("addDimension") : t("firstDimension")}</Button>}
        />
      )}
    </div>
  );
}

function Where({ source, look, show, names }: Props) {
  const t = useWords("explore");
  const known = useDimensions(source, look);
  const [added, setAdded] = useState<string>(); // a dimension of which no value is chosen yet
  return (
    <div className={classes.row}>
      {look.where.map((c, i) => (
        <ConditionChip
          key={`${c.dimension} ${i}`} source={source} look={look} condition={c} names={names}
          onChange={(next) => show({ where: look.where.map((x, k) => (k === i ? next : x)) })}
          onRemove={() => show({ where: look.where.filter((_, k) => k !== i) })}
        />
      ))}
      {added !== undefined && (
        <ConditionChip
          source={source} look={look} condition={{ dimension: added, not: false, values: [] }} names={names} first
          onChange={(c) => {
            show({ where: [...look.where, c] });
            setAdded(undefined);
          }}
          onRemove={() => setAdded(undefined)}
        />
      )}
      {added === undefined && (
        <DimensionChoice
          known={known} names={names} without={[]} onChoose={setAdded}
          target={(open, opened) => <Button size="compact-sm" variant="subtle" aria-haspopup="listbox" aria-expanded={opened} leftSection={<IconFilter size={13} aria-hidden />} onClick={open}>{look.where.length ? t("addCondition") : t("firstCondition")}</Button>}
        />
      )}
    </div>
  );
}

/** The way that was gone by clicks, and back. */
export function Trail({ look, show, names }: Omit<Props, "source">) {
  const t = useWords("explore");
  if (look.steps.length === 0) return null;
  return (
    <nav aria-label={t("trail")} className={classes.trail}>
      <Button size="compact-sm" variant="subtle" leftSection={<IconArrowLeft size={14} aria-hidden />} onClick={() => show(stepBack(look, look.steps.length - 1))}>{t("stepBack")}</Button>
      <Button size="compact-sm" variant="subtle" onClick={() => show(stepBack(look, 0))}>{t("everything")}</Button>
      {look.steps.map((s, i) => {
        const name = s.condition.values.map((v) => names.value(s.condition.dimension, v)).join(", ");
        const last = i === look.steps.length - 1;
        return (
          <Group key={`${s.condition.dimension} ${name}`} gap={6} wrap="nowrap">
            <IconChevronRight size={13} aria-hidden color="var(--soft)" />
            {last ? <b aria-current="true">{name}</b> : <Button size="compact-sm" variant="subtle" onClick={() => show(stepBack(look, i + 1))}>{name}</Button>}
          </Group>
        );
      })}
    </nav>
  );
}
