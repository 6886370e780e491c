import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { Amount } from "../../ui/amount";
import { useWords } from "../../words/words";
import type { Sums } from "./rows";

/** What is about to be done, and to how much money: a line for each currency. */
export function Consequence({ sums, children }: { sums: Sums[]; children: ReactNode }) {
  const t = useWords("invoice");
  return (
    <Stack gap="sm">
      <table style={{ borderCollapse: "collapse", width: "100%" }}>
        <tbody>
          {sums.map((s) => (
            <tr key={s.currency} style={{ borderBottom: "1px solid var(--rule)" }}>
              <th scope="row" style={{ textAlign: "left", fontWeight: 400, padding: "4px 0" }}>{t("documents", { count: s.count })}</th>
              <td style={{ textAlign: "right" }}><Amount value={s.total} currency={s.currency} digits={s.digits} strong /></td>
            </tr>
          ))}
        </tbody>
      </table>
      <Text component="div">{children}</Text>
    </Stack>
  );
}
