import { Select } from "@mantine/core";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";

import { Card } from "../../ui/page";
import { Answer, Empty } from "../../ui/state";
import { useWords } from "../../words/words";
import { useNames } from "./known";

/** Shows what there is of one payer: the one in the address, else the first. */
export function OfPayer({ children }: { children: (payer: string, select: ReactNode) => ReactNode }) {
  const t = useWords("member");
  const names = useNames();
  const [params, setParams] = useSearchParams();
  const choose = (payer: string | null) => setParams((before) => {
    const next = new URLSearchParams(before);
    if (payer) next.set("payer", payer);
    return next;
  }, { replace: true });
  return (
    <Answer of={names.asked}>
      {() => {
        const payer = names.payers.find((p) => p.id === params.get("payer"))?.id ?? names.payers[0]?.id;
        if (!payer) return <Card><Empty title={t("noPayers")}>{t("noPayersHelp")}</Empty></Card>;
        return children(payer, (
          <Select
            aria-label={t("column.payer")} w={250} size="xs" allowDeselect={false} searchable={names.payers.length > 8} value={payer} onChange={choose}
            data={names.payers.map((p) => ({ value: p.id, label: p.name ? `${p.name} · ${p.id}` : p.id }))}
          />
        ));
      }}
    </Answer>
  );
}
