import { Button } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { Link, useParams } from "react-router";

import { useAll } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Answer, Empty } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { Checking } from "./checking";
import { StandingNotice } from "./standing";

/** Can bills be read from this source, and if not, why? */
export default function CheckPage() {
  const t = useWords("connect");
  const can = useCan();
  const { name = "" } = useParams();
  const sources = useAll("/api/v1/sources");
  const back = <Button component={Link} to="/sources" variant="default">{t("history.toSources")}</Button>;
  const source = sources.data?.rows.find((s) => s.name === name);
  const history = source && can("config.write") && can("months.run") && (
    <Button component={Link} variant="default" leftSection={<IconHistory size={15} aria-hidden />} to={`/sources/new?${new URLSearchParams({ step: "history", payer: source.payer, name, ...(source.credential ? { credential: source.credential } : {}) }).toString()}`}>{t("history.load")}</Button>
  );
  return (
    <Page title={t("check.title", { name })} question={t("check.question")} path={[{ title: t("sources"), to: "/sources" }]} actions={history}>
      <Answer of={sources} height={420}>
        {() => !source
          ? <Card><Empty title={t("check.unknown", { name })} action={back} /></Card>
          : !can("months.run")
            ? <Card><Empty title={t("check.denied")} action={back} /></Card>
            : <><StandingNotice source={name} /><Checking key={name} source={name} /></>}
      </Answer>
    </Page>
  );
}
