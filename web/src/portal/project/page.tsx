import { Select } from "@mantine/core";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";

import { useAll, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { root } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { useDay } from "../../ui/spend/day";
import { above, type Grain, partsOf, placed } from "../../ui/spend/spend";
import { SpendView } from "../../ui/spend/view";
import { Answer } from "../../ui/state";
import { useWords } from "../../words/words";
import { useOrganization } from "../frame";

/** What one's organization spends, or one of its projects. */
export default function ProjectPage() {
  const t = useWords("spend");
  const f = useFormats();
  const go = useNavigate();
  const day = useDay();
  const own = useOrganization();
  const id = useParams().id ?? own.id;
  const [grain, setGrain] = useState<Grain>("month");
  const organizations = useAll("/api/v1/organizations");
  const spend = useAsk("/api/v1/portal/spend", { params: { query: { organization: id, day, services: grain } } }, { keep: true });
  const bills = useAsk("/api/v1/portal/spend/bills", { params: { query: { organization: id, day } } }, { keep: true });
  const current = spend.data?.organization === id ? spend.data : undefined;
  const address = (of: string) => (of === own.id ? "/projects" : `/projects/${encodeURIComponent(of)}`);
  const all = organizations.data?.rows ?? [];
  const mine = all.filter((o) => o.id === own.id || o.kind === "unit" && above(o.id, all).some((a) => a.id === own.id));
  return (
    <Page
      title={id === own.id ? t("one.title") : current?.name || mine.find((o) => o.id === id)?.name || id} wide
      question={current && t("one.question", { month: f.period(current.period), currency: current.currency })}
      path={id === own.id ? undefined : [{ title: t("one.title"), to: "/projects" }, ...above(id, mine).filter((o) => o.id !== own.id).map((o) => ({ title: o.name || o.id, to: address(o.id) }))]}
      actions={mine.length > 1 && <Select aria-label={t("one.choose")} searchable allowDeselect={false} w={230} value={id} onChange={(v) => v && void go(address(v))} data={placed(mine).map((o) => ({ value: o.id, label: `${"· ".repeat(o.depth)}${o.name || o.id}` }))} />}
    >
      {current
        ? <SpendView key={id} spend={current} bills={bills} parts={partsOf(current, all, root)} onGrain={setGrain} to={address} />
        : <Card><Answer of={spend} height={420}>{() => null}</Answer></Card>}
    </Page>
  );
}
