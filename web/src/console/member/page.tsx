import { Button, Tabs } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";

import { useCan } from "../../ui/me";
import { Page } from "../../ui/page";
import { useWords } from "../../words/words";
import { Events } from "./events";
import { Invitations } from "./invitations";
import { Members } from "./members";
import { Transfers } from "./transfers";

const tabs = ["invitations", "members", "events", "transfers"] as const;

/** Accounts of payers' organizations: who is invited, who is in, what happened? */
export default function MembersPage() {
  const t = useWords("member");
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const tab = tabs.find((x) => x === params.get("tab")) ?? "invitations";
  const transfer = tab === "transfers";
  const add = can("config.write") && (
    <Button component={Link} to={`/accounts/invitations/new${transfer ? "?kind=transfer" : ""}`} leftSection={<IconSend size={15} aria-hidden />}>{t(transfer ? "addTransfer" : "add")}</Button>
  );
  const choose = (to: string | null) => setParams((before) => {
    const next = new URLSearchParams(before);
    next.delete("tab");
    if (to && to !== "invitations") next.set("tab", to);
    return next;
  }, { replace: true });
  return (
    <Page title={t("title")} question={t(`question.${tab}`)} actions={add} wide path={[{ title: t("accounts"), to: "/accounts" }]}>
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List aria-label={t("tabs.label")} mb="md">
          {tabs.map((x) => <Tabs.Tab key={x} value={x}>{t(`tabs.${x}`)}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="invitations"><Invitations add={add || undefined} /></Tabs.Panel>
        <Tabs.Panel value="members"><Members /></Tabs.Panel>
        <Tabs.Panel value="events"><Events /></Tabs.Panel>
        <Tabs.Panel value="transfers"><Transfers add={add || undefined} /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
