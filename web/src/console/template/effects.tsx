import { Loader, Table, Text } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";

import { Change } from "../../ui/amount";
import { sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import { type Declared, preview } from "../group/preview";

const most = 24; // groups that are looked at; the sum would be one of many requests else

/** What a change of a template does to the invoices of its groups in a month: one sum for each currency. */
export function TemplateEffects({ groups, period, changes }: { groups: string[]; period: string; changes: Declared[] }) {
  const t = useWords("template");
  const f = useFormats();
  const looked = groups.slice(0, most);
  const answers = useQueries({
    queries: looked.map((group) => ({ queryKey: ["preview", { period, group, layer: "group", changes }], queryFn: () => preview({ period, group, layer: "group", changes }), retry: false })),
  });
  if (answers.some((a) => a.isPending)) return <Text size="md" c="dimmed"><Loader size={14} mr={8} />{t("counting")}</Text>;
  const changed = answers.flatMap((a) => a.data?.changes ?? []).filter((c) => c.total);
  const failed = answers.filter((a) => a.isError).length;
  const currencies = [...new Set(changed.map((c) => c.currency))].sort();
  return (
    <>
      {changed.length === 0 ? <Text size="md">{t("noEffect", { month: f.period(period) })}</Text> : (
        <Table verticalSpacing={4} aria-label={t("effects")}>
          <Table.Thead><Table.Tr><Table.Th>{t("currency")}</Table.Th><Table.Th ta="right">{t("documents")}</Table.Th><Table.Th ta="right">{t("difference")}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {currencies.map((currency) => {
              const of = changed.filter((c) => c.currency === currency);
              return <Table.Tr key={currency}><Table.Td>{currency}</Table.Td><Table.Td ta="right" className="num">{of.length}</Table.Td><Table.Td ta="right"><Change value={sum(of.map((c) => c.total!.difference))} currency={currency} digits={of[0]!.digits} /></Table.Td></Table.Tr>;
            })}
          </Table.Tbody>
        </Table>
      )}
      {failed > 0 && <Text size="sm" c="var(--warn)">{t("notLooked", { count: failed })}</Text>}
      {groups.length > most && <Text size="sm" c="dimmed">{t("only", { most, count: groups.length })}</Text>}
    </>
  );
}
