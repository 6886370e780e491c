import { Button, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconHandStop, IconInfoCircle } from "@tabler/icons-react";
import { Link } from "react-router";

import { Problem } from "../../api/problem";
import { useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { isZero } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";
import type { Finding } from "./facts";
import classes from "./month.module.css";

const signs = {
  hold: { icon: IconHandStop, colour: "var(--bad)" },
  warn: { icon: IconAlertTriangle, colour: "var(--warn)" },
  info: { icon: IconInfoCircle, colour: "var(--soft)" },
  waived: { icon: IconCheck, colour: "var(--good)" },
} as const;

/** Where what a finding is about can be put right. */
function placeOf(finding: Finding): { to: string; word: "accounts" | "sources" | "prices" | "commitments" | "adjustments" } | undefined {
  const code = finding.code;
  if (code === "unassigned") return { to: "/accounts?show=nobody", word: "accounts" };
  if (["file-twice", "source-gone", "ragged-rows", "other-payer", "other-period", "two-currencies", "no-lines", "not-utf8"].includes(code)) return { to: "/sources", word: "sources" };
  if (["no-list-price", "no-on-demand-price", "free-tier-no-rate"].includes(code)) return { to: "/prices", word: "prices" };
  if (code.startsWith("commitment") || code === "no-plan-rate" || code === "benefit-crossed") return { to: "/commitments", word: "commitments" };
  if (code === "entry-priced" || code === "unknown-line-type") return { to: "/adjustments", word: "adjustments" };
  return undefined;
}

/** Accepts a finding as it is, with a reason that is kept. */
export function useWaive(period: string) {
  const t = useWords("month");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const waive = useChange("post", "/api/v1/months/{period}/findings/{id}/waive", { refreshes: ["/api/v1/months"] });
  return async (findings: Finding[]) => {
    const first = findings[0];
    if (!first) return;
    const money = first.currency && !isZero(first.amount) ? f.money(first.amount, first.currency) : undefined;
    const yes = await confirm({
      title: t("waive.title"), reason: true, danger: first.code === "unassigned", yes: t("waive.yes"),
      children: (
        <>
          <Text fw={600}>{titleOf(t, first)}</Text>
          {first.code === "unassigned" && money && <Text>{t("waive.unassigned", { amount: money })}</Text>}
          {first.code === "not-final" && <Text>{t("waive.notFinal")}</Text>}
          <Text mt="xs" size="sm" c="dimmed">{t("waive.help")}</Text>
        </>
      ),
    });
    if (!yes) return;
    try {
      let held = 0;
      for (const finding of findings) held = (await waive.mutateAsync({ params: { path: { period, id: finding.id } }, body: { reason: yes.reason } })).held;
      told(t("waive.done", { count: held }));
    } catch (error) {
      if (error instanceof Problem) refused(t("waive.failed"), explain(error));
    }
  };
}

/** What a finding is, in our words; of a code that has none yet, the code. */
export const titleOf = (t: ReturnType<typeof useWords<"month">>, finding: Finding): string =>
  hasWord("month", `finding.${finding.code}`) ? t(`finding.${finding.code}` as "finding.unassigned") : finding.code;

/** One finding, with the place where it is put right, and the waiver. */
export function FindingRow({ finding, period }: { finding: Finding; period: string }) {
  const t = useWords("month");
  const f = useFormats();
  const can = useCan();
  const waive = useWaive(period);
  const look = signs[finding.waived ? "waived" : (finding.severity as "hold")] ?? signs.info;
  const place = placeOf(finding);
  const numbers = [
    finding.count ? t("finding.count", { count: finding.count, lines: f.number(finding.count) }) : "",
    finding.currency && !isZero(finding.amount) ? f.money(finding.amount, finding.currency) : "",
    finding.file ? (finding.row ? t("finding.fileRow", { file: finding.file, row: f.number(finding.row) }) : finding.file) : "",
  ].filter(Boolean).join(" · ");
  return (
    <li className={classes.row}>
      <look.icon size={18} color={look.colour} className={classes.sign} aria-hidden />
      <div className={classes.words}>
        <Text fw={600}>{titleOf(t, finding)} {finding.subject && <Text span className="id" fw={400} style={{ overflowWrap: "anywhere" }}>{finding.subject}</Text>}</Text>
        {numbers && <Text size="md" className="num" style={{ whiteSpace: "normal" }}>{numbers}</Text>}
        <div className={classes.code}>{finding.message}</div>
        {finding.waived && <Text size="sm" mt={2}>{t("finding.waived", { by: finding.waived.by, at: f.time(finding.waived.at), reason: finding.waived.reason })}</Text>}
      </div>
      <div className={classes.actions}>
        {finding.severity === "hold" && !finding.waived && can("findings.waive") && <Button size="compact-sm" variant="subtle" color="gray" onClick={() => void waive([finding])}>{t("waive.action")}</Button>}
        {place && !finding.waived && <Button component={Link} to={place.to} size="compact-sm" variant="default">{t(`place.${place.word}`)}</Button>}
      </div>
    </li>
  );
}
