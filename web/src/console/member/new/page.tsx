import { useMemo } from "react";
import { useSearchParams } from "react-router";

import { useCan } from "../../../ui/me";
import { Page } from "../../../ui/page";
import { Answer, Empty } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { useNames } from "../known";
import { InvitationForm } from "./form";
import { empty } from "./wish";

/** Whom to invite: an account into a payer's organization, or another organization to transfer its bills. */
export default function NewInvitationPage() {
  const t = useWords("member");
  const can = useCan();
  const names = useNames();
  const [params] = useSearchParams();
  const begun = useMemo(() => ({
    ...empty, kind: params.get("kind") === "transfer" ? "transfer" as const : "account" as const,
    payer: params.get("payer") ?? "", target: params.get("target") ?? "", name: params.get("name") ?? "", customer: params.get("customer") ?? "", group: params.get("group") ?? "",
  }), [params]);
  const shell = { title: t("new.title"), question: t("new.question"), path: [{ title: t("accounts"), to: "/accounts" }, { title: t("title"), to: "/accounts/invitations" }] };
  if (!can("config.write")) return <Page {...shell}><Empty title={t("new.denied")} /></Page>;
  return (
    <Page {...shell}>
      <Answer of={names.asked} height={420}>
        {() => names.payers.length === 0
          ? <Empty title={t("noPayers")}>{t("noPayersHelp")}</Empty>
          : <InvitationForm begun={{ ...begun, payer: begun.payer || (names.payers.length === 1 ? names.payers[0]!.id : "") }} names={names} />}
      </Answer>
    </Page>
  );
}
