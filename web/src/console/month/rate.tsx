import { Button, Group, Text, TextInput } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { refresh } from "../../api/query";
import { compare, isDecimal } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { monthBefore } from "../../ui/period";
import { useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { declare } from "../group/declared";
import type { MissingRate } from "./facts";
import classes from "./month.module.css";

/** An exchange rate that nobody has entered: it is entered here. */
export function RateRow({ rate, period }: { rate: MissingRate & { last?: string }; period: string }) {
  const t = useWords("month");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const value = text.replace(/[,\s]/g, "");
  const good = isDecimal(value) && compare(value, "0") > 0;

  async function save() {
    if (!good) {
      setError(t("rate.notANumber"));
      return;
    }
    setBusy(true);
    try {
      await declare("exchange_rates", `${period} ${rate.from} ${rate.to} common`, { month: period, from: rate.from, to: rate.to, rate: value, level: "common" });
      told(t("rate.saved", { from: rate.from, to: rate.to, rate: f.whole(value) }));
      await refresh(queries, ["/api/v1/exchange-rates", "/api/v1/months", "/api/v1/config"]);
    } catch (problem) {
      setError(explain(problem));
    } finally {
      setBusy(false);
    }
  }

  return (
    <li className={classes.row}>
      <IconHandStop size={18} color="var(--bad)" className={classes.sign} aria-hidden />
      <div className={classes.words}>
        <Text fw={600}>{t("rate.title", { from: rate.from, to: rate.to, month: f.period(period) })}</Text>
        <Text size="sm" c="dimmed">{t("rate.groups", { count: rate.groups.length, to: rate.to, names: f.list(rate.groups.slice(0, 3)) })}</Text>
        {rate.last && <Text size="sm" c="dimmed" className="num">{t("rate.last", { rate: f.whole(rate.last), month: f.period(monthBefore(period)) })}</Text>}
      </div>
      {(can("rates.write") || can("config.write")) && (
        <form className={classes.actions} onSubmit={(e) => { e.preventDefault(); void save(); }}>
          <Group gap="xs" align="flex-start" wrap="nowrap">
            <TextInput
              aria-label={t("rate.label", { from: rate.from, to: rate.to })} inputMode="decimal" size="xs" w={190} value={text} error={error} disabled={busy}
              leftSection={<Text size="xs" c="dimmed">{t("rate.one", { from: rate.from })}</Text>} leftSectionWidth={54} rightSection={<Text size="xs" c="dimmed">{rate.to}</Text>} rightSectionWidth={38}
              onChange={(e) => { setText(e.currentTarget.value); setError(undefined); }} styles={{ input: { textAlign: "right" } }}
            />
            <Button type="submit" size="xs" variant="default" loading={busy} disabled={!text}>{t("rate.save")}</Button>
          </Group>
        </form>
      )}
    </li>
  );
}
