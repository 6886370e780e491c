import { Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalendarRepeat, IconDownload } from "@tabler/icons-react";
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import { fileAddress } from "../../api/client";
import { Ways } from "../../ui/chart";
import { Explorer, ExplorerActions } from "../../ui/explore/explorer";
import { lookOf } from "../../ui/explore/question";
import { useFormats } from "../../ui/format";
import { Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer } from "../../ui/state";
import { useWords } from "../../words/words";
import { useHas, useOrganization } from "../frame";
import { useGroups } from "../invoice/sold";
import { ReportOrder } from "./order";
import { questionOf, start, usageOf } from "./source";

/** Where does our money go? Accounts, services, regions and tags in one view. */
export default function Costs() {
  const groups = useGroups();
  return <Answer of={groups} height={480}>{({ rows }) => <Explored own={rows.filter((g) => !g.sold).map((g) => g.id)} sold={rows.filter((g) => g.sold).map((g) => g.id)} />}</Answer>;
}

function Explored({ own, sold }: { own: string[]; sold: string[] }) {
  const t = useWords("cost");
  const { period } = usePeriod();
  const organization = useOrganization().id;
  const has = useHas();
  const [params, setParams] = useSearchParams();
  const [ordering, order] = useDisclosure();
  const whose = params.get("whose") === "sold" && sold.length > 0 ? "sold" : "own";
  const bound = (sold.length === 0 ? [] : whose === "sold" ? sold : own).join("\u0000");
  const source = useMemo(() => usageOf(organization, bound ? bound.split("\u0000") : undefined), [organization, bound]);
  return (
    <Page
      title={t("title")} question={t(whose === "sold" ? "questionSold" : "question")} wide
      actions={<>
        {sold.length > 0 && <Ways label={t("whose")} value={whose} onChange={(v) => setParams((p) => { if (v === "own") p.delete("whose"); else p.set("whose", v); return p; })} ways={[{ value: "own", label: t("own") }, { value: "sold", label: t("sold") }]} />}
        {has("downloads") && <Button variant="default" leftSection={<IconCalendarRepeat size={16} aria-hidden />} onClick={order.open}>{t("order")}</Button>}
        {has("downloads") && <Focus groups={whose === "sold" ? sold : own} />}
        <ExplorerActions source={source} />
      </>}
    >
      <Explorer source={source} />
      <ReportOrder opened={ordering} close={order.close} question={questionOf(lookOf(params, period, start))} />
    </Page>
  );
}

/** The month line by line at one's own price, in the columns of FOCUS. */
function Focus({ groups }: { groups: string[] }) {
  const t = useWords("cost");
  const f = useFormats();
  const { period } = usePeriod();
  const all = useGroups().data?.rows ?? [];
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target><Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>{t("focus")}</Button></Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("focusHelp", { month: f.period(period) })}</Menu.Label>
        {groups.map((g) => (
          <Menu.Item key={g} component="a" href={fileAddress(`/portal/groups/${encodeURIComponent(g)}/focus`, { period })} download>{all.find((one) => one.id === g)?.name ?? g}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
