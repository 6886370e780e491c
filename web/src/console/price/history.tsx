import { Button, Group, Stack, Text } from "@mantine/core";

import { type Schema, useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Answer, State } from "../../ui/state";
import { useWords } from "../../words/words";
import { type PriceBook, type Rule, same } from "./book";
import { useRuleWords } from "./said";

/** The versions of a book, the newest first, each with the rules that it changed. */
export function BookHistory({ id, take, readOnly }: { id: string; take: (book: PriceBook) => void; readOnly: boolean }) {
  const versions = useAll("/api/v1/config/{kind}/{id}/versions", { params: { path: { kind: "price_books", id } } });
  return (
    <Answer of={versions}>
      {({ rows }) => (
        <Stack gap="md">
          {rows.toReversed().map((version) => <One key={version.version} version={version} before={rows.find((r) => r.version === version.version - 1)} newest={version === rows.at(-1)} take={take} readOnly={readOnly} />)}
        </Stack>
      )}
    </Answer>
  );
}

function One({ version, before, newest, take, readOnly }: { version: Schema<"Resource">; before?: Schema<"Resource">; newest: boolean; take: (book: PriceBook) => void; readOnly: boolean }) {
  const t = useWords("price");
  const f = useFormats();
  const book = version.spec as PriceBook;
  return (
    <Card
      title={t("history.version", { version: version.version })}
      tools={(
        <Group gap="sm">
          <Text size="sm" c="dimmed">{t("history.by", { time: f.time(version.applied_at), who: version.applied_by })}</Text>
          {newest ? <State tone="good">{t("history.inForce")}</State> : !version.removed && !readOnly && <Button size="compact-sm" variant="default" onClick={() => take(book)}>{t("history.take")}</Button>}
        </Group>
      )}
    >
      {version.removed ? <State tone="warn">{t("history.removed")}</State> : <Changes before={before && !before.removed ? before.spec as PriceBook : undefined} after={book} />}
    </Card>
  );
}

/** What became of the rules of a book from one version to the next. */
export function Changes({ before, after }: { before?: PriceBook; after: PriceBook }) {
  const t = useWords("price");
  const words = useRuleWords();
  if (!before) return <Text size="md" c="dimmed">{t("history.first", { count: after.rules.length })}</Text>;
  const said = (rule: Rule) => [[words.match(rule.match).join(" · ") || t("allUsage"), words.price(rule)].join(" → "), ...words.beside(rule), words.dates(rule)].filter(Boolean).join(", ");
  const old = new Map(before.rules.map((r) => [r.name, r]));
  const kept = before.rules.filter((r) => after.rules.some((x) => x.name === r.name)).map((r) => r.name);
  const order = after.rules.filter((r) => old.has(r.name)).map((r) => r.name);
  const lines = [
    ...after.rules.filter((r) => !old.has(r.name)).map((r) => ({ name: r.name, kind: "new" as const, after: said(r) })),
    ...after.rules.filter((r) => old.has(r.name) && !same(old.get(r.name), r)).map((r) => ({ name: r.name, kind: "changed" as const, before: said(old.get(r.name)!), after: said(r) })),
    ...before.rules.filter((r) => !after.rules.some((x) => x.name === r.name)).map((r) => ({ name: r.name, kind: "gone" as const, before: said(r) })),
  ];
  const notes = [
    ...(same(kept, order) ? [] : [t("history.reordered")]),
    ...(before.order !== after.order || before.then !== after.then ? [t("history.order")] : []),
    ...(same(before.examples ?? [], after.examples ?? []) ? [] : [t("history.examples")]),
  ];
  if (lines.length === 0 && notes.length === 0) return <Text size="md" c="dimmed">{t("history.same")}</Text>;
  return (
    <Stack gap="xs">
      {lines.map((line) => (
        <div key={line.name}>
          <Group gap={8}><b>{line.name}</b><State tone={line.kind === "gone" ? "warn" : "info"}>{t(`standing.${line.kind}`)}</State></Group>
          {"before" in line && <Text size="sm" c="dimmed" td={"after" in line ? "line-through" : undefined}>{line.before}</Text>}
          {"after" in line && <Text size="sm">{line.after}</Text>}
        </div>
      ))}
      {notes.map((note) => <Text key={note} size="sm">{note}</Text>)}
    </Stack>
  );
}
