import { Anchor, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { Id } from "../../../ui/amount";
import { useFormats } from "../../../ui/format";
import { Card, Facts } from "../../../ui/page";
import { Notice, State } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { type Invitation, path, stuck, toneOf, useNames } from "../known";
import { useTerms } from "../words";

/** What an invitation is about, what is in its way and what comes next. */
export function Standing({ of: i }: { of: Invitation }) {
  const t = useWords("member");
  const f = useFormats();
  const terms = useTerms();
  const names = useNames();
  const next = i.problem ? "" : terms.next(i.kind, i.state);
  const link = (id: string) => <Anchor component={Link} inherit to={path(id)}>{t("one.open")}</Anchor>;
  const facts: [ReactNode, ReactNode][] = [
    [t("column.target"), i.target_kind === "ACCOUNT" ? <Id value={i.target} /> : i.target],
    ...row(!!i.account && i.account !== i.target, t("column.account"), () => <Id value={i.account!} />),
    [t("column.kind"), terms.kind(i.kind)],
    [t("column.payer"), <span key="p">{names.payer(i.payer)} <span className="soft id">{names.payer(i.payer) === i.payer ? "" : i.payer}</span></span>],
    [t("column.customer"), i.customer ? <Anchor key="c" component={Link} inherit to={`/customers/${encodeURIComponent(i.customer)}`}>{names.customer(i.customer)}</Anchor> : <span className="soft">{t("one.noCustomer")}</span>],
    ...row(i.kind === "account", t("column.group"), () => (i.registered?.group || i.group ? <Anchor component={Link} inherit to={`/groups/${encodeURIComponent(i.registered?.group ?? i.group ?? "")}?tab=accounts`}>{i.registered?.group ?? i.group}</Anchor> : <span className="soft">{t(i.customer ? "one.onlyGroup" : "one.noGroup")}</span>)),
    ...row(i.kind === "account", t("new.from"), () => (i.registered ? f.day(i.registered.from) : i.from ? f.day(i.from) : t("one.fromJoining"))),
    ...row(!!i.registered, t("one.registered"), () => <span>{t(`registered.${i.registered!.state}`)}{i.registered!.had ? ` · ${t("registered.had", { who: i.registered!.had })}` : ""}</span>),
    ...row(!!i.first_month, t("one.firstMonth"), () => f.period(i.first_month!)),
    ...row(i.kind === "transfer", t("one.lastMonth"), () => (i.last_month ? f.period(i.last_month) : t("noEnd"))),
    ...row(!!i.joined_at, t("column.joined"), () => f.time(i.joined_at)),
    ...row(!!i.expires && !i.joined_at, t("column.expires"), () => f.time(i.expires)),
    ...row(!!i.language, t("new.language"), () => terms.language(i.language!)),
    ...row(!!i.notes, t("new.notes"), () => i.notes),
    ...row(!!i.relationship, t("partner.relationship"), () => <Id value={i.relationship!} />),
    ...row(!!i.program_account, t("partner.program"), () => <Id value={i.program_account!} />),
    ...row(!!i.handshake, t("one.handshake"), () => <Id value={i.handshake!} />),
    ...row(!!i.transfer, t("one.transfer"), () => <Id value={i.transfer!} />),
    [t("column.created"), t("one.createdBy", { time: f.time(i.created_at), who: i.created_by })],
    ...row(!!i.replaces, t("one.replaces"), () => link(i.replaces!)),
  ];
  return (
    <Stack gap="md" miw={0}>
      {i.replaced_by && <Notice tone="info" title={t("one.replaced")}>{link(i.replaced_by)}</Notice>}
      {i.problem && <Notice tone={stuck(i) ? (i.state === "REFUSED" ? "bad" : "warn") : "quiet"} title={t(i.state === "REFUSED" ? "one.refused" : "one.problem")}>{i.problem}</Notice>}
      {i.note && <Notice tone="info" title={t("one.note")}>{i.note}</Notice>}
      <Card title={<Group gap="xs"><State tone={stuck(i) && i.state === "ACCEPTED" ? "warn" : toneOf(i.state)}>{terms.state(i.state)}</State></Group>}>
        <Stack gap="md">
          {next && <Text>{next}</Text>}
          <Facts of={facts} />
        </Stack>
      </Card>
    </Stack>
  );
}

const row = (when: boolean, name: string, value: () => ReactNode): [ReactNode, ReactNode][] => (when ? [[name, value()]] : []);
