import { Button, Group, Stack, Table, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";

import { Problem } from "../../api/problem";
import { refresh, type Schema, useAll } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Answer, State, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { declare } from "./declared";
import { useFieldWords } from "./form/context";
import { differences } from "./form/layers";
import { saidOf } from "./said";

type Version = Schema<"Resource">;

interface Props {
  kind: "billing_groups" | "invoice_templates" | "invoice_layouts" | "customers";
  id: string;
  tag: string;
  /** What a field is called; without it, as the settings of an invoice are. */
  label?: (path: string) => string;
}

/** The versions of a declared thing, the newest first, each with what it changed. */
export function History({ kind, id, tag, label }: Props) {
  const t = useWords("group");
  const versions = useAll("/api/v1/config/{kind}/{id}/versions", { params: { path: { kind, id } } });
  return (
    <Answer of={versions}>
      {({ rows }) => (
        <Stack gap="md" aria-label={t("history.title")}>
          {[...rows].reverse().map((version) => <One key={version.version} version={version} before={rows.find((r) => r.version === version.version - 1)} newest={version === rows.at(-1)} kind={kind} id={id} tag={tag} label={label} />)}
        </Stack>
      )}
    </Answer>
  );
}

function One({ version, before, newest, kind, id, tag, label }: Props & { version: Version; before?: Version; newest: boolean }) {
  const t = useWords("group");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  const settings = useFieldWords();
  const changes = before ? differences(before.spec, version.spec) : [];

  async function takeBack() {
    if (!await confirm({ title: t("history.version", { version: version.version }), children: t("history.takeBackSure"), yes: t("history.yes") })) return;
    try {
      await declare(kind, id, version.spec, tag);
      told(t("history.takenBack", { version: version.version }));
    } catch (error) {
      refused(t("saving.failed"), error instanceof Problem && error.code === "changed" ? t("saving.moved") : explain(error));
    }
    await refresh(queries);
  }

  return (
    <Card
      title={t("history.version", { version: version.version })}
      tools={(
        <Group gap="sm">
          <Text size="sm" c="dimmed">{t("history.by", { time: f.time(version.applied_at), who: version.applied_by })}</Text>
          {!newest && !version.removed && can("config.write") && <Button size="compact-sm" variant="default" onClick={() => void takeBack()}>{t("history.takeBack")}</Button>}
        </Group>
      )}
    >
      {version.removed ? <State tone="warn">{t("history.removed")}</State> : !before ? <Text c="dimmed">{t("history.first")}</Text> : changes.length === 0 ? <Text c="dimmed">{t("history.same")}</Text> : (
        <Table.ScrollContainer minWidth={420}>
          <Table verticalSpacing={4} horizontalSpacing="sm" layout="fixed">
            <Table.Thead><Table.Tr><Table.Th>{t("history.field")}</Table.Th><Table.Th>{t("history.before")}</Table.Th><Table.Th>{t("history.after")}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {changes.map((c) => (
                <Table.Tr key={c.path}>
                  <Table.Td>{(label ?? settings.label)(c.path.replace(/^invoice\./, ""))}</Table.Td>
                  <Table.Td style={{ overflowWrap: "anywhere" }}><del style={{ textDecorationColor: "var(--rule-strong)" }}>{saidOf(c.before)}</del></Table.Td>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{saidOf(c.after)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
