import { Tooltip } from "@mantine/core";
import { createContext, type ReactNode, useContext } from "react";

import { useWords } from "../../words/words";
import { isDecimal } from "../decimal";
import { fixed } from "./labels";
import classes from "./invoice.module.css";
import { markAt, type Mark, type Paper, type Place } from "./paper";
import type { writer } from "./sums";

interface Around {
  inv: Paper;
  w: ReturnType<typeof writer>;
  marks: Map<string, Mark>;
  onWhy?: (place: Place) => void;
}

export const Context = createContext<Around | undefined>(undefined);

export function useDocument(): Around {
  const around = useContext(Context);
  if (!around) throw new Error("useDocument is for what stands inside a document");
  return around;
}

/** An amount of the document: exact when hovered, marked where it differs, a button where one may ask why. */
export function Shown({ path, label, amount, exact, children, ...about }: Place & { exact?: string; children: string }) {
  const t = useWords("document");
  const { w, marks, onWhy } = useDocument();
  const mark = markAt(marks, path);
  const before = mark && (typeof mark.before === "string" && isDecimal(mark.before) ? fixed(w.l, unsigned(mark.before, amount, mark.after), w.inv.digits) : undefined);
  const number = onWhy
    ? <button type="button" className={classes.why} aria-label={t("why", { label, amount: children })} onClick={() => onWhy({ path, label, amount, ...about })}>{children}</button>
    : <span>{children}</span>;
  return (
    <span className={classes.number} data-changed={mark ? true : undefined} title={exact}>
      {mark && <Was before={before} fresh={mark.before === null} />}
      {number}
    </span>
  );
}

// Discounts and what is taken from the balance are printed with the other sign than they have in the document.
function unsigned(before: string, shown: string, after: unknown): string {
  return typeof after === "string" && after !== shown && after.replace("-", "") === shown.replace("-", "") ? (before.startsWith("-") ? before.slice(1) : `-${before}`) : before;
}

/** A text of the document, marked where it differs. */
export function Words({ path, children }: { path: string; children: ReactNode }) {
  const { marks } = useDocument();
  const mark = markAt(marks, path);
  if (!mark) return <>{children}</>;
  const before = typeof mark.before === "string" || typeof mark.before === "number" ? String(mark.before) : undefined;
  return <span className={classes.words} data-changed><Was before={before} fresh={mark.before === null} />{children}</span>;
}

function Was({ before, fresh }: { before: string | undefined; fresh: boolean }) {
  const t = useWords("document");
  if (before !== undefined) return <Tooltip label={t("was", { before })}><del className={classes.was}>{before}</del></Tooltip>;
  return <span className={classes.was} data-new={fresh || undefined}>{fresh ? t("new") : t("changed")}</span>;
}
