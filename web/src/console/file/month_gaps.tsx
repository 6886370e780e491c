import { Accordion, Anchor, Group, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "react-router";

import type { DocumentGap } from "../../ui/file/types";
import { useCan } from "../../ui/me";
import { Failed, Notice, Waiting } from "../../ui/state";
import { useWords } from "../../words/words";
import { byThing } from "./gather";
import { useGapWords } from "./gaps";
import { placeOf } from "./place";

/** What the chosen documents lack for an e-invoice: each missing thing once, with the ways to where it is filled in. */
export function MonthGaps({ of, format, documents }: { of: UseQueryResult<{ rows: DocumentGap[] }, Error>; format: string; documents: number }) {
  const t = useWords("file");
  const can = useCan();
  const name = useGapWords();
  if (of.isError) return <Failed error={of.error} again={() => void of.refetch()} />;
  if (!of.data) return <Waiting lines={2} />;
  const things = byThing(of.data.rows);
  const lacking = new Set(of.data.rows.map((g) => g.document)).size;
  if (lacking === 0) return <Notice tone="good">{t("gap.none", { format })}</Notice>;
  const to = (gap: DocumentGap) => (can("config.read") ? placeOf(gap) : undefined);
  return (
    <Notice tone="warn" title={t("gap.some", { count: lacking, of: documents, format })}>
      <Text size="sm" mb="xs">{t("gap.someHelp")}</Text>
      <Accordion variant="default" chevronPosition="left" multiple order={3}>
        {things.map((thing) => (
          <Accordion.Item key={thing.key} value={thing.key}>
            <Accordion.Control px={0} py={0}>
              <Text size="sm" fw={560} component="span">{name(thing.gap)}</Text>
              <Text size="xs" c="dimmed">{[t("gap.documents", { count: thing.documents.length }), name(thing.gap) === thing.gap.what ? "" : thing.gap.what].filter(Boolean).join(" · ")}</Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Text size="sm">{thing.gap.why}</Text>
              <Text size="xs" c="dimmed" className="id" mb="xs">{[thing.gap.term, thing.gap.rule].filter(Boolean).join(" · ")}</Text>
              <Group gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }} aria-label={t("gap.places")}>
                {thing.places.map((gap) => <li key={gap.field}>{to(gap) ? <Anchor component={Link} to={to(gap)!} size="sm">{gap.of ?? gap.field}</Anchor> : <Text size="sm">{gap.of ?? gap.field}</Text>}</li>)}
              </Group>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Notice>
  );
}
