import { Anchor, Stack, Text } from "@mantine/core";
import { Link } from "react-router";

import type { operations } from "../../api/schema";
import type { Gap } from "../../ui/file/types";
import { useCan } from "../../ui/me";
import { hasWord, useWords } from "../../words/words";
import { useFieldWords } from "../group/form/context";
import { placeOf, wordOf } from "./place";

/** A format that documents may lack something for. */
export type GapFormat = operations["list-invoice-gaps"]["parameters"]["query"]["format"];

/** How a missing thing is called: as the form calls its field, else as the server does. */
export function useGapWords() {
  const identity = useWords("identity");
  const customer = useWords("customer");
  const { label } = useFieldWords();
  return (gap: Gap): string => {
    const word = wordOf(gap);
    if (word?.namespace === "identity") return identity(word.key as "endpoint");
    if (word) return customer(word.key as "details.city");
    const path = gap.inner?.replace(/^invoice\.?/, "");
    const setting = gap.kind === "billing_groups" && path ? label(path) : "";
    return setting && setting !== path ? setting : gap.what;
  };
}

/** What is missing, why it is asked for, and the way to where it is filled in. */
export function Gaps({ gaps }: { gaps: Gap[] }) {
  const t = useWords("file");
  const can = useCan();
  const name = useGapWords();
  return (
    <Stack component="ul" gap={8} m={0} p={0} style={{ listStyle: "none" }}>
      {gaps.map((gap) => {
        const to = can("config.read") ? placeOf(gap) : undefined;
        const at = gap.kind && hasWord("file", `gap.at.${gap.kind}`) ? t(`gap.at.${gap.kind}` as "gap.at.customers") : "";
        return (
          <li key={`${gap.term} ${gap.field}`}>
            <Text size="sm" fw={560} component="div">
              {to ? <Anchor component={Link} to={to} inherit>{t("gap.fill", { what: name(gap) })}</Anchor> : name(gap)}
              {at && <Text span size="sm" c="dimmed" fw={400}>{` · ${at}`}</Text>}
            </Text>
            <Text size="sm">{gap.why}</Text>
            <Text size="xs" c="dimmed" className="id">{[gap.term, gap.rule].filter(Boolean).join(" · ")}</Text>
          </li>
        );
      })}
    </Stack>
  );
}
