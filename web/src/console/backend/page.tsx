import { Button, Tabs } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";

import { useCan } from "../../ui/me";
import { Page } from "../../ui/page";
import { useWords } from "../../words/words";
import { Accounts } from "./accounts";
import { Backends } from "./backends";
import { PushedBills } from "./pushed";
import { Rules } from "./rule/list";

const tabs = ["accounts", "backends", "pushed", "rules"] as const;
type Tab = (typeof tabs)[number];

/** Vendors that are asked, or that send: is what they charge here, and to whom does it go? */
export default function BackendsPage() {
  const t = useWords("backend");
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const offered = tabs.filter((tab) => tab !== "pushed" || can("months.read"));
  const tab = offered.find((x) => x === params.get("tab")) ?? "accounts";
  const add = can("config.write") && <Button component={Link} to="/backends/accounts/new" leftSection={<IconPlus size={15} aria-hidden />}>{t("account.add")}</Button>;
  const choose = (to: string | null) => setParams((before) => {
    const next = new URLSearchParams(before);
    next.delete("tab");
    if (to && to !== "accounts") next.set("tab", to);
    return next;
  }, { replace: true });
  return (
    <Page title={t("title")} question={t(`question.${tab}`)} actions={tab === "accounts" && add} wide>
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List aria-label={t("tabs.label")} mb="md">
          {offered.map((x: Tab) => <Tabs.Tab key={x} value={x}>{t(`tabs.${x}`)}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="accounts"><Accounts add={add || undefined} toBackends={() => choose("backends")} /></Tabs.Panel>
        <Tabs.Panel value="backends"><Backends /></Tabs.Panel>
        {can("months.read") && <Tabs.Panel value="pushed"><PushedBills /></Tabs.Panel>}
        <Tabs.Panel value="rules"><Rules /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
