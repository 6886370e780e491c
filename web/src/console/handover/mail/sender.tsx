import { Anchor, Code, Stack, Table, Text } from "@mantine/core";
import { Link } from "react-router";

import { root } from "../../../ui/me";
import { Card, Facts } from "../../../ui/page";
import { Notice } from "../../../ui/state";
import { useWords } from "../../../words/words";
import type { MailServer } from "./server";

/** Who letters come from, and what the DNS must say so that receivers trust them. */
export function Sender({ server }: { server: MailServer }) {
  const t = useWords("mail");
  const brand = `/settings/brand${server.organization === root ? "" : `?of=${encodeURIComponent(server.organization)}`}`;
  const domain = server.from?.split("@")[1];
  const records = domain ? [
    { name: "SPF", host: domain, says: t("dns.spf") },
    { name: "DKIM", host: server.dkim_domain && server.dkim_selector ? `${server.dkim_selector}._domainkey.${server.dkim_domain}` : t("dns.dkimHost", { domain }), says: t(server.has_dkim_key ? "dns.dkimOwn" : "dns.dkim") },
    { name: "DMARC", host: `_dmarc.${domain}`, says: t("dns.dmarc") },
  ] : [];
  return (
    <Card title={t("sender.title")}>
      <Stack gap="sm">
        {server.from
          ? <Facts of={[[t("sender.from"), server.from]]} />
          : <Notice tone="warn" title={t("sender.none")}>{t("sender.noneHelp")}</Notice>}
        <Anchor component={Link} to={brand} size="sm">{t("sender.brand")}</Anchor>
        {records.length > 0 && (
          <>
            <Text size="sm" c="dimmed">{t("dns.help")}</Text>
            <Table verticalSpacing={6} aria-label={t("dns.title")}>
              <Table.Tbody>
                {records.map((r) => (
                  <Table.Tr key={r.name}>
                    <Table.Th scope="row" style={{ verticalAlign: "top", fontWeight: 560 }}>{r.name}</Table.Th>
                    <Table.Td><Code style={{ overflowWrap: "anywhere" }}>{r.host}</Code><Text size="sm" c="dimmed" mt={2}>{r.says}</Text></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </>
        )}
      </Stack>
    </Card>
  );
}
