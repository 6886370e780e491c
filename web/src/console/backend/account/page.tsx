import { Box, Button, Group, Stack } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";

import { changeOnce, refresh, useAll } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useCan } from "../../../ui/me";
import { Card, Facts, Page } from "../../../ui/page";
import { Answer, Empty, Notice, useExplain } from "../../../ui/state";
import { refused, told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { useForced } from "../../price/forced";
import { useActing } from "../acting";
import { type Account, touched, useVerified } from "../known";
import { LastGood, StandingState } from "../standing";
import { Tried } from "../verified";
import { Done } from "./done";
import { draftOf } from "./draft";
import { AccountForm, type Saved } from "./form";

/** One account at a vendor: with which keys is it read, and for which project? */
export default function AccountPage() {
  const { id = "new" } = useParams();
  const accounts = useAll("/api/v1/vendor-accounts");
  return <Answer of={accounts} height={420}>{({ rows }) => (id === "new" ? <New taken={rows.map((a) => a.id)} /> : <Kept key={id} id={id} account={rows.find((a) => a.id === id)} />)}</Answer>;
}

const today = () => new Date().toISOString().slice(0, 10);

function New({ taken }: { taken: string[] }) {
  const t = useWords("backend");
  const [params] = useSearchParams();
  const [made, setMade] = useState<Saved>();
  const backends = useAll("/api/v1/backends");
  return (
    <Page path={[{ title: t("title"), to: "/backends" }]} title={made ? made.account.name : t("account.add")} question={made ? undefined : t("account.question")}>
      {made ? <Done of={made} again={() => setMade(undefined)} /> : (
        <Answer of={backends} height={420}>
          {({ rows }) => rows.length === 0
            ? <Card><Empty icon={IconPlugConnected} title={t("account.noBackend")} action={<Button component={Link} to="/backends?tab=backends">{t("account.toBackends")}</Button>}>{t("account.noBackendHelp")}</Empty></Card>
            : <AccountForm begun={draftOf(undefined, today(), params.get("backend") ?? (rows.length === 1 ? rows[0]!.name : ""))} backends={rows} taken={taken} saved={setMade} />}
        </Answer>
      )}
    </Page>
  );
}

function Kept({ id, account }: { id: string; account?: Account }) {
  const t = useWords("backend");
  const backends = useAll("/api/v1/backends");
  const [made, setMade] = useState<Saved>();
  const [saves, setSaves] = useState(0);
  const remove = useRemoving(account);
  const path = [{ title: t("title"), to: "/backends" }];
  if (!account) return <Page path={path} title={id}><Card><Empty title={t("account.gone")} action={<Button component={Link} to="/backends" variant="default">{t("done.list")}</Button>}>{t("account.goneHelp")}</Empty></Card></Page>;
  return (
    <Page path={path} title={account.name} question={t("account.question")}>
      <Now account={account} />
      {made && <Box maw={920}><Notice tone="good" title={t("done.title", { backend: account.backend })}>{t("done.again", { count: made.account.accounts.length })}</Notice></Box>}
      <Answer of={backends} height={420}>
        {({ rows }) => (
          <AccountForm
            key={saves} account={account} begun={draftOf(account, today())} backends={rows} taken={[]} saved={(m) => { setMade(m); setSaves(saves + 1); }}
            remove={<Button variant="subtle" color="red" onClick={() => void remove()}>{t("account.remove")}</Button>}
          />
        )}
      </Answer>
    </Page>
  );
}

/** How reading it goes, and what its keys reach. */
function Now({ account: a }: { account: Account }) {
  const t = useWords("backend");
  const run = useCan()("months.run");
  const { busy, verify, collect } = useActing();
  const tried = useVerified().said[a.backend]?.verified?.credentials.find((c) => c.id === a.id);
  return (
    <Box maw={920}><Card title={t("account.now")} tools={run && (
      <Group gap="xs">
        <Button size="compact-sm" variant="default" loading={busy?.startsWith("verify")} onClick={() => void verify(a.backend)}>{t("verify.keys")}</Button>
        {a.standing && <Button size="compact-sm" variant="default" loading={busy?.startsWith("collect")} onClick={() => void collect(a.standing!.source)}>{t("read.now")}</Button>}
      </Group>
    )}>
      <Stack gap="sm">
        <Facts of={[[t("column.state"), <StandingState key="s" of={a.standing} />], [t("column.good"), <LastGood key="g" of={a.standing} />], ...(a.payer ? [[t("form.payer"), <span key="p" className="id">{a.payer}</span>] as [string, ReactNode]] : [])]} />
        {tried && <Tried of={tried} />}
      </Stack>
    </Card></Box>
  );
}

/** Takes a service account out of what is in force. */
function useRemoving(account: Account | undefined) {
  const t = useWords("backend");
  const explain = useExplain();
  const confirm = useConfirm();
  const forced = useForced();
  const go = useNavigate();
  const queries = useQueryClient();
  return async () => {
    if (!account || !await confirm({ title: t("account.removeTitle", { name: account.name }), children: t("account.removeHelp"), yes: t("account.remove"), danger: true })) return;
    try {
      const done = await forced((force) => changeOnce("delete", "/api/v1/vendor-accounts/{id}", { params: { path: { id: account.id }, query: force } }));
      if (!done) return;
      told(t("account.removed", { name: account.name }));
      void go("/backends", { replace: true });
    } catch (error) {
      refused(t("account.notRemoved"), explain(error));
    }
    await refresh(queries, touched);
  };
}
