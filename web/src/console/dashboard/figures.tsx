import { Anchor, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { Schema } from "../../api/query";
import { Amount, Change } from "../../ui/amount";
import { isZero, minus, ratio } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import classes from "./dashboard.module.css";
import { compared, type Money, type Pair } from "./sums";

/** The first line: what the month is, in five figures. */
export function Figures({ money, dashboard: d }: { money: Money; dashboard: Schema<"InsightDashboard"> }) {
  const t = useWords("dashboard");
  const f = useFormats();
  const { currency, now, forecast } = money;
  const pairs = compared(money, d.over ? 0 : d.compared_days);
  const used = d.commitments.find((c) => c.currency === currency);
  const share = ratio(now.margin, now.billed);
  const beside = (pair: Pair | undefined, worse: "up" | "down") => pair?.before !== undefined && (
    <>
      <Change value={minus(pair.now, pair.before)} before={pair.before} currency={currency} worse={worse} />
      <Text span c="dimmed" size="xs" display="block">{d.over ? t("figure.against", { month: f.period(d.against) }) : t("figure.days", { count: d.compared_days })}</Text>
    </>
  );
  return (
    <div className={`card ${classes.figures}`}>
      <One label={t("figure.billed")} to="/explore?measure=price&by=customer" below={beside(pairs?.billed, "down")}><Amount value={now.billed} currency={currency} /></One>
      <One label={t("figure.cost")} to="/explore?measure=cost&by=customer" below={beside(pairs?.cost, "up")}><Amount value={now.cost} currency={currency} /></One>
      <One label={t("figure.margin")} beside={share === undefined ? undefined : f.percent(share)} to="/explore?measure=margin&by=margin_source" below={beside(pairs?.margin, "down")}><Amount value={now.margin} currency={currency} /></One>
      {d.over ? (
        <One label={t("figure.used")} to="/commitments" below={used && <Text span c="dimmed" size="sm">{t("figure.unused", { amount: f.money(used.unused_cost, currency) })}</Text>}>
          {used?.utilization_percent === undefined ? "–" : `${f.number(used.utilization_percent, 1)}%`}
        </One>
      ) : (
        <One label={t("figure.forecast")} below={forecast.price && <Text span c="dimmed" size="sm" className="num">{t("figure.band", { low: f.money(forecast.price.low, currency), high: f.money(forecast.price.high, currency) })}</Text>}>
          {forecast.price ? <Amount value={forecast.price.amount} currency={currency} /> : "–"}
        </One>
      )}
      <One
        label={t("figure.unassigned")} to={isZero(money.unassigned) ? undefined : "/explore?measure=cost&by=account&where=group%3Aunassigned"}
        below={isZero(money.unassigned) ? <Text span size="sm" c="dimmed">{t("figure.unassignedNone")}</Text> : <Anchor component={Link} to="/accounts" size="sm">{t("figure.assign")}</Anchor>}
      >
        <span style={{ color: isZero(money.unassigned) ? undefined : "var(--warn)" }}><Amount value={money.unassigned} currency={currency} /></span>
      </One>
    </div>
  );
}

function One({ label, beside, children, below, to }: { label: string; beside?: string; children: ReactNode; below?: ReactNode; to?: string }) {
  return (
    <div className={classes.figure}>
      <Text size="sm" c="dimmed">{to ? <Anchor component={Link} to={to} c="dimmed" size="sm" underline="always">{label}</Anchor> : label}{beside && <span className="num">{` · ${beside}`}</span>}</Text>
      <div className={`${classes.value} num`}>{children}</div>
      <Text size="sm" component="div">{below}</Text>
    </div>
  );
}
