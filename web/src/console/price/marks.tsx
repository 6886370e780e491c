import { Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle, IconX } from "@tabler/icons-react";

import { useFormats } from "../../ui/format";
import { hasWord, useWords } from "../../words/words";
import classes from "./rules.module.css";

/** What there is to say of a rule or a book: of its text, or of the lines of a month. */
export interface Remark {
  severity: string;
  code: string;
  message: string;
  suggestion?: string;
  rule?: string;
  line?: number;
  money?: Record<string, string>;
}

const looks = {
  error: { icon: IconX, colour: "var(--bad)" },
  warning: { icon: IconAlertTriangle, colour: "var(--warn)" },
  note: { icon: IconInfoCircle, colour: "var(--info)" },
};

export const toneOf = (remarks: Remark[]) =>
  remarks.some((r) => r.severity === "error") ? "bad" as const : remarks.some((r) => r.severity === "warning") ? "warn" as const : remarks.length > 0 ? "info" as const : undefined;

/** A remark: our own word for its kind, what the server says, and what to do. */
export function RemarkLine({ remark, go }: { remark: Remark; go?: () => void }) {
  const t = useWords("price");
  const f = useFormats();
  const look = looks[remark.severity as keyof typeof looks] ?? looks.note;
  const Sign = look.icon;
  const kind = hasWord("price", `remark.${remark.code}`) ? t(`remark.${remark.code}` as "remark.invalid") : remark.code;
  return (
    <div className={classes.mark}>
      <Sign size={14} color={look.colour} aria-label={t(`severity.${remark.severity}` as "severity.error")} />
      <Text size="sm" component="div">
        {go ? <button type="button" className={classes.name} onClick={go}>{kind}</button> : <b>{kind}</b>}
        {remark.line !== undefined && <span className="soft num"> {t("atLine", { line: remark.line })}</span>}
        {" "}<span>{remark.message}</span>
        {remark.suggestion && <span className="soft"> {remark.suggestion}</span>}
        {remark.money && Object.entries(remark.money).map(([currency, amount]) => <span key={currency} className="num"> {f.money(amount, currency)}</span>)}
      </Text>
    </div>
  );
}
