import { IconTrendingUp } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { useWords } from "../../words/words";
import { useFormats } from "../format";
import type { Figure } from "./spend";
import classes from "./spend.module.css";

/** An amount with what lacks in it, and a mark where it grew much. `bare` where the place says the currency. */
export function Told({ of, currency, bare, high }: { of: (Figure & { high?: boolean }) | undefined; currency: string; bare?: boolean; high?: boolean }): ReactNode {
  const t = useWords("spend");
  const f = useFormats();
  if (!of) return <span className="soft">–</span>;
  const marked = high ?? of.high;
  return (
    <span className={`num ${marked ? classes.high : classes.plain}`} title={[f.whole(of.amount, currency), marked ? t("services.high") : "", of.partial ? t("partial") : ""].filter(Boolean).join(" · ")}>
      {marked && <><IconTrendingUp size={13} aria-hidden /><span className="sr-only">{t("services.high")} </span></>}
      {bare ? f.amount(of.amount, currency) : f.money(of.amount, currency)}
      {of.partial && <><span aria-hidden>*</span><span className="sr-only"> {t("partial")}</span></>}
    </span>
  );
}
