import { Button } from "@mantine/core";
import { IconPencil, IconRefresh, IconSend, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";

import { useAsk } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Page } from "../../../ui/page";
import { Answer } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { Once, type Shown } from "../../setting/once";
import { useActing } from "../acting";
import { type Invitation, offered, path, waits } from "../known";
import classes from "../member.module.css";
import { Correcting } from "./correcting";
import { Ending } from "./ending";
import { History } from "./history";
import { CustomerPage } from "./link";
import { Standing } from "./standing";

/** One invitation: how does it stand, what is in its way, what is to be done? */
export default function InvitationPage() {
  const { id = "" } = useParams();
  const t = useWords("member");
  const one = useAsk("/api/v1/account-invitations/{id}", { params: { path: { id } } }, { every: 60_000 });
  const above = [{ title: t("accounts"), to: "/accounts" }, { title: t("title"), to: "/accounts/invitations" }];
  if (!one.data) return <Page title={t("one.title")} path={above}><Answer of={one} height={320}>{() => null}</Answer></Page>;
  return <Shown key={id} of={one.data} above={above} />;
}

function Shown({ of: i, above }: { of: Invitation; above: { title: string; to: string }[] }) {
  const t = useWords("member");
  const can = useCan();
  const go = useNavigate();
  const acting = useActing();
  const [open, setOpen] = useState<"correct" | "end">();
  const [once, setOnce] = useState<Shown & { id: string }>();
  const write = can("config.write");
  const may = offered(i);
  const tell = (sent?: { invitation: Invitation; address?: string }) => {
    if (sent?.address) setOnce({ id: sent.invitation.id, title: t("page.onceTitle"), label: t("page.address"), value: sent.address, help: t("page.onceHelp") });
    else if (sent && sent.invitation.id !== i.id) void go(path(sent.invitation.id));
  };
  const again = new URLSearchParams({ kind: "transfer", payer: i.payer, target: i.target, name: i.name ?? "", customer: i.customer ?? "" });
  const actions = write && (
    <>
      {waits(i) && <Button variant="default" leftSection={<IconRefresh size={15} aria-hidden />} loading={acting.busy === "ask"} onClick={() => void acting.ask()}>{t("ask")}</Button>}
      <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={() => setOpen("correct")}>{t("correct.do")}</Button>
      {may.cancel && <Button variant="default" color="red" leftSection={<IconX size={15} aria-hidden />} loading={acting.busy === "cancel"} onClick={() => void acting.cancel(i)}>{t("cancel.do")}</Button>}
      {may.end && <Button variant="default" onClick={() => setOpen("end")}>{t("end.do")}</Button>}
      {may.again && <Button component={Link} to={`/accounts/invitations/new?${again.toString()}`} leftSection={<IconSend size={15} aria-hidden />}>{t("again")}</Button>}
      {may.resend && <Button variant={waits(i) ? "default" : "filled"} leftSection={<IconSend size={15} aria-hidden />} loading={acting.busy === "resend"} onClick={() => void acting.resend(i).then(tell)}>{t("resend.do")}</Button>}
    </>
  );
  return (
    <Page title={i.name ? t("one.of", { name: i.name }) : t("one.of", { name: i.target })} question={t(`one.question.${i.kind}`)} path={above} actions={actions} wide>
      <div className={classes.split}>
        <Standing of={i} />
        <div className={classes.rail}>
          <CustomerPage of={i} busy={acting.busy} make={write ? () => void acting.makePage(i).then(tell) : undefined} revoke={write ? () => void acting.revokePage(i) : undefined} />
          <History of={i} />
        </div>
      </div>
      {open === "correct" && <Correcting of={i} close={() => setOpen(undefined)} />}
      {open === "end" && <Ending of={i} close={() => setOpen(undefined)} />}
      <Once shown={once} close={() => { const to = once?.id; setOnce(undefined); if (to && to !== i.id) void go(path(to)); }} />
    </Page>
  );
}
