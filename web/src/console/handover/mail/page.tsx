import { SimpleGrid, Stack } from "@mantine/core";
import { useState } from "react";

import { useAsk } from "../../../api/query";
import { Page } from "../../../ui/page";
import { Answer, Notice } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { Seller, useSeller } from "../seller";
import { ServerForm } from "./form";
import { Sender } from "./sender";
import type { MailServer } from "./server";
import { Testing } from "./test";

/** By which server letters go: does mail arrive? */
export default function MailPage() {
  const t = useWords("mail");
  const { organization } = useSeller();
  const server = useAsk("/api/v1/mail/server", { params: { query: { organization } } });
  return (
    <Page title={t("title")} question={t("question")} path={[{ title: t("settings"), to: "/settings" }]} actions={<Seller />}>
      <Answer of={server} height={420}>{(s) => <Shown key={`${s.organization} ${s.version}`} server={s} />}</Answer>
    </Page>
  );
}

function Shown({ server }: { server: MailServer }) {
  const t = useWords("mail");
  const [changed, setChanged] = useState(false);
  const reseller = server.organization === "reseller";
  return (
    <Stack gap="md">
      {server.version === 0 && <Notice tone={reseller ? "warn" : "info"} title={t(reseller ? "none" : "inherited")}>{t(reseller ? "noneHelp" : "inheritedHelp")}</Notice>}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" style={{ alignItems: "start" }}>
        <ServerForm server={server} tell={setChanged} />
        <Stack gap="md">
          <Testing server={server} changed={changed} />
          <Sender server={server} />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}
