import { Stack, Text } from "@mantine/core";
import { Fragment } from "react";

import { ratio } from "../../../ui/decimal";
import { type Formats, useFormats } from "../../../ui/format";
import { planName } from "../../../ui/invoice/labels";
import type { Paper } from "../../../ui/invoice/paper";
import { hasWord, useWords } from "../../../words/words";
import classes from "../invoice.module.css";
import type { How, Step } from "./how";

type Words = ReturnType<typeof useWords<"invoice">>;

/** The steps of an amount; those that have their own explanation lead to it. */
export function HowView({ how, paper, further }: { how: How; paper: Paper; further: (path: string) => void }) {
  const t = useWords("invoice");
  const f = useFormats();
  return (
    <Stack gap="xs">
      <Text c="dimmed">{t(how.kind === "sum" ? "why.isSum" : "why.isRule")}</Text>
      <dl className={classes.steps}>
        {how.steps.map((s, i) => (
          <Fragment key={i}>
            <dt data-strong={s.strong || undefined}>{s.to ? <button type="button" className={classes.drill} onClick={() => further(s.to!)}>{stepName(t, s)}</button> : stepName(t, s)}</dt>
            <dd className="num" data-strong={s.strong || undefined}>{said(f, s, paper)}</dd>
          </Fragment>
        ))}
        {how.kind === "sum" && (
          <>
            <dt data-strong>{t("why.together")}</dt>
            <dd className="num" data-strong>{f.money(how.amount, paper.currency, paper.digits)}</dd>
          </>
        )}
      </dl>
    </Stack>
  );
}

/** What a step is called, with what it is of. */
export function stepName(t: Words, step: Pick<Step, "key" | "of">): string {
  const name = hasWord("invoice", `why.step.${step.key}`) ? t(`why.step.${step.key}` as "why.step.total") : step.key;
  if (!step.of) return name;
  switch (step.key) {
    case "account": case "line": case "item": case "service": case "charge": case "shortfall": return step.of;
    case "rounded": return t("why.roundedBy", { mode: hasWord("invoice", `why.mode.${step.of}`) ? t(`why.mode.${step.of}` as "why.mode.down") : step.of });
    case "rate": return t("why.rateOf", { level: hasWord("invoice", `why.level.${step.of}`) ? t(`why.level.${step.of}` as "why.level.common") : step.of });
    case "band": return t("why.bandOf", { percent: step.of });
    case "support": case "agency": return `${name} · ${planName(step.of)}`;
    default: return `${name} · ${step.of}`;
  }
}

function said(f: Formats, step: Step, paper: Paper): string {
  if (step.text !== undefined) return step.text;
  if (step.percent !== undefined) return f.percent(ratio(step.percent, "100", 10), step.percent.split(".")[1]?.length ?? 0);
  if (step.amount === undefined) return "–";
  if (!step.currency) return f.number(step.amount, 20);
  return step.exact ? f.whole(step.amount, step.currency) : f.money(step.amount, step.currency, step.currency === paper.currency ? paper.digits : undefined);
}
