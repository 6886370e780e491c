import { Button, Stack, Text, TextInput } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useState } from "react";

import { useChange } from "../../../api/query";
import { useCan, useMe } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Notice, useExplain } from "../../../ui/state";
import { useWords } from "../../../words/words";
import classes from "../handover.module.css";
import type { MailServer } from "./server";

/** Sends a letter that says it is a test, and tells what the mail server said. */
export function Testing({ server, changed }: { server: MailServer; changed: boolean }) {
  const t = useWords("mail");
  const me = useMe();
  const can = useCan();
  const explain = useExplain();
  const [to, setTo] = useState(me.email ?? "");
  const test = useChange("post", "/api/v1/mail/test", { refreshes: [] });
  if (!can("config.write")) return null;
  const fault = test.error?.at("to");
  const usable = (server.version > 0 || server.organization !== "reseller") && !changed;
  return (
    <Card title={t("test.title")}>
      <form onSubmit={(e) => { e.preventDefault(); test.mutate({ params: { query: { organization: server.organization } }, body: { to: to.trim() } }); }}>
        <Stack gap="sm">
          <TextInput label={t("test.to")} type="email" required value={to} error={fault} onChange={(e) => setTo(e.currentTarget.value)} />
          <Button type="submit" variant="default" w="fit-content" leftSection={<IconSend size={15} aria-hidden />} loading={test.isPending} disabled={!usable || !to.includes("@")}>{t("test.do")}</Button>
          {changed && <Text size="sm" c="dimmed">{t("test.saveFirst")}</Text>}
          <div aria-live="polite">
            {test.isError && !fault && <Notice tone="bad" title={t("test.bad")}>{explain(test.error)}</Notice>}
            {test.data && (
              <Notice tone={test.data.good ? "good" : "bad"} title={t(test.data.good ? "test.good" : "test.bad")}>
                <pre className={classes.says}>{test.data.says}</pre>
                {test.data.good && <Text size="sm" mt={6}>{t("test.look", { subject: test.data.subject })}</Text>}
              </Notice>
            )}
          </div>
        </Stack>
      </form>
    </Card>
  );
}
