import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";

import type { Schema } from "../../api/query";
import { useFormats } from "../../ui/format";
import { State, type Tone } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";

type Shape = Pick<Schema<"CommitmentPosition">, "kind" | "shape" | "count" | "hourly" | "currency" | "zone">;

/** The part of an id that people know a commitment by. */
export const shortId = (id: string): string => {
  const last = id.split(/[/:]/).filter(Boolean).at(-1) ?? id;
  return last.length > 22 ? last.slice(-12) : last;
};

export const commitmentPath = (id: string): string => `/commitments/${encodeURIComponent(id)}`;

/** Words for what the server has codes for; the code where it is newer than the words. */
export function useCodes() {
  const t = useWords("commitment");
  return (of: "kind" | "policy" | "state" | "measure", code: string): string => (hasWord("commitment", `${of}.${code}`) ? t(`${of}.${code}` as "policy.group") : code);
}

/** What a commitment covers: 2 × m5.large in us-east-1c, or money an hour. */
export function useCovers(): (c: Shape) => string {
  const t = useWords("commitment");
  const f = useFormats();
  return (c) => {
    if (c.kind.startsWith("sp-")) return t("anHour", { amount: f.money(c.hourly, c.currency, 3) });
    const what = [c.shape.family, c.shape.size].filter(Boolean).join(".") || c.shape.service;
    return t("countOf", { count: f.number(c.count) as unknown as number, what, where: c.zone ?? c.shape.region ?? "–" });
  };
}

export function CommitmentLink({ id }: { id: string }) {
  return <Anchor component={Link} to={commitmentPath(id)} className="id" title={id} style={{ whiteSpace: "nowrap" }}>{shortId(id)}</Anchor>;
}

/** A billing group, or the reseller itself. */
export function useGroupName(): (id: string | undefined) => string {
  const t = useWords("commitment");
  return (id) => (!id ? "–" : id === "reseller" ? t("reseller") : id === "unassigned" ? t("unassigned") : id);
}

/** When it ends, the nearer the louder. */
export function Ends({ days, state }: { days?: number; state: string }) {
  const t = useWords("commitment");
  const code = useCodes();
  if (state !== "active" || days === undefined) return <State tone="quiet">{code("state", state)}</State>;
  const tone: Tone = days <= 30 ? "bad" : days <= 90 ? "warn" : "good";
  return <State tone={tone}>{t("daysLeft", { count: days })}</State>;
}

/** A percentage with a small bar, for tables. */
export function Used({ percent }: { percent?: string }) {
  const f = useFormats();
  if (percent === undefined) return <Text span size="sm" c="dimmed">–</Text>;
  return (
    <span style={{ display: "inline-flex", gap: 8, alignItems: "center", justifyContent: "flex-end" }}>
      <span aria-hidden style={{ width: 32, height: 6, borderRadius: 3, background: "var(--rule)", overflow: "hidden", flex: "none" }}>
        <span style={{ display: "block", height: "100%", width: `min(100%, ${percent}%)`, background: "var(--series-1)" }} />
      </span>
      <span className="num" style={{ minWidth: 44, textAlign: "right" }}>{`${f.number(percent, 1)}%`}</span>
    </span>
  );
}
