import { Anchor, Box, Breadcrumbs, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useRef } from "react";
import { useSearchParams } from "react-router";

import { useFormats } from "../../../ui/format";
import type { Paper } from "../../../ui/invoice/paper";
import { useCan } from "../../../ui/me";
import { Empty } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { Charge } from "./charge";
import { Charges, type Only } from "./charges";
import { howOf } from "./how";
import { HowView, stepName } from "./how_view";
import { Usage } from "./usage";

/** What is asked about, step by step; the address keeps it, and going back takes a step back. */
export function useWhy() {
  const [params, setParams] = useSearchParams();
  const at = params.getAll("why");
  const put = (spots: string[]) => setParams((before) => {
    const next = new URLSearchParams(before);
    next.delete("why");
    for (const spot of spots) next.append("why", spot);
    return next;
  });
  return { at, open: (spot: string) => put([spot]), further: (spot: string) => put([...at, spot]), back: (count: number) => put(at.slice(0, count)), close: () => put([]) };
}

/** A drawer that says where an amount comes from: amount → line → usage → charges → charge → rule → the provider's rows. */
export function Why({ paper, why }: { paper: Paper; why: ReturnType<typeof useWhy> }) {
  const t = useWords("invoice");
  const ui = useWords("ui");
  const clipboard = useClipboard();
  const body = useRef<HTMLDivElement>(null);
  const last = why.at.at(-1);
  return (
    <Drawer
      opened={last !== undefined} onClose={why.close} position="right" size={600} title={<Text fw={620} size="lg">{t("why.title")}</Text>}
      closeButtonProps={{ "aria-label": ui("close") }} overlayProps={{ backgroundOpacity: 0.15 }}
    >
      {last !== undefined && (
        <Stack gap="md">
          <Group justify="space-between" align="flex-start" wrap="nowrap">
            <Breadcrumbs separator="›" separatorMargin={6} fz="sm" styles={{ root: { flexWrap: "wrap", rowGap: 2 } }}>
              {why.at.map((spot, i) => (i === why.at.length - 1
                ? <Text key={spot} size="sm" fw={560} aria-current="step">{nameOf(paper, spot, t)}</Text>
                : <Anchor key={spot} component="button" type="button" size="sm" onClick={() => why.back(i + 1)}>{nameOf(paper, spot, t)}</Anchor>))}
            </Breadcrumbs>
            <Button
              size="compact-sm" variant="default" style={{ flex: "none" }} leftSection={clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              onClick={() => clipboard.copy(body.current?.innerText ?? "")}
            >
              {clipboard.copied ? ui("copied") : t("why.copy")}
            </Button>
          </Group>
          <Box ref={body}><Spot key={last} paper={paper} spot={last} why={why} /></Box>
        </Stack>
      )}
    </Drawer>
  );
}

function Spot({ paper, spot, why }: { paper: Paper; spot: string; why: ReturnType<typeof useWhy> }) {
  const t = useWords("invoice");
  const f = useFormats();
  const can = useCan();
  if (spot.startsWith("charge:")) return <Charge id={spot.slice(7)} />;
  const usage = spot.startsWith("usage:");
  const charges = spot.startsWith("charges:") ? chargesOf(spot) : undefined;
  const path = charges?.path ?? (usage ? spot.slice(6) : spot);
  const how = howOf(paper, path);
  if (!how) return <Empty title={t("why.none")}>{t("why.noneHelp")}</Empty>;
  if (charges && how.usage) {
    return (
      <Stack gap="xs">
        <Text c="dimmed">{nameOf(paper, path, t)}{" · "}{paper.number ?? paper.id}</Text>
        <Charges usage={how.usage} only={charges.only} group={paper.group} period={paper.period} open={(id) => why.further(`charge:${id}`)} />
      </Stack>
    );
  }
  // Who may not see the provider's cost goes to the charges past the usage, which has it.
  const toCharges = can("prices.read") && (usage || !can("margin.read"));
  return (
    <Stack gap="md">
      <div>
        <Text c="dimmed">{nameOf(paper, spot, t)}{" · "}{paper.number ?? paper.id}</Text>
        <Text fz="1.5rem" fw={620} className="num">{usage && how.usage?.cost ? f.whole(how.usage.cost, how.usage.currency) : f.money(how.amount, paper.currency, paper.digits)}</Text>
      </div>
      {usage && how.usage
        ? <Usage usage={how.usage} group={paper.group} period={paper.period} toCharges={can("prices.read") ? (only) => why.further(chargesSpot(path, only)) : undefined} />
        : <HowView how={how} paper={paper} further={why.further} />}
      {!usage && how.usage && can("margin.read") && (
        <Button variant="default" onClick={() => why.further(`usage:${spot}`)}>{t("why.toUsage")}</Button>
      )}
      {toCharges && how.usage && <Button variant="default" onClick={() => why.further(chargesSpot(path))}>{t("why.toCharges")}</Button>}
    </Stack>
  );
}

/** A step to the charges behind an amount: all of them, or only those of a usage type. */
const chargesSpot = (path: string, only: Only = {}) => `charges:${path}?${new URLSearchParams(Object.entries(only).filter(([, value]) => value) as [string, string][]).toString()}`;

function chargesOf(spot: string): { path: string; only: Only } {
  const [path = "", query] = spot.slice("charges:".length).split("?", 2);
  const asked = new URLSearchParams(query);
  return { path, only: { service: asked.get("service") ?? undefined, type: asked.get("type") ?? undefined } };
}

/** What a step of the way is called. */
function nameOf(paper: Paper, spot: string, t: ReturnType<typeof useWords<"invoice">>): string {
  if (spot.startsWith("charge:")) return t("why.charge", { id: spot.slice(7) });
  if (spot.startsWith("usage:")) return t("why.usage");
  if (spot.startsWith("charges:")) return chargesOf(spot).only.type ?? t("why.charges");
  if (spot === "payable") return t("part.payable");
  const [, part, at, inner] = /^(\w+)(?:\[(\d+)\])?(?:\.(.+))?$/.exec(spot) ?? [];
  const index = Number(at ?? -1);
  const line = /lines\[(\d+)\]/.exec(inner ?? "")?.[1];
  switch (part) {
    case "accounts": return line ? paper.accounts[index]?.lines[Number(line)]?.service ?? spot : paper.accounts[index]?.name || paper.accounts[index]?.account || spot;
    case "support": case "agency": return stepName(t, { key: part, of: paper[part]?.[index]?.plan });
    case "discounts": return stepName(t, { key: "discount" });
    case "taxes": return stepName(t, { key: "tax", of: paper.taxes?.[index]?.label });
    case "billing_services": return paper.billing_services?.[index]?.name ?? spot;
    case "shortfalls": return paper.shortfalls?.[index]?.label || stepName(t, { key: "shortfall" });
    case "charges": return paper.charges?.[index]?.label || stepName(t, { key: "charge" });
    case "additional_items": return index < 0 ? stepName(t, { key: "items" }) : paper.additional_items?.[index]?.label ?? spot;
    case "coupons": return paper.coupons?.[index]?.label || stepName(t, { key: "coupon", of: paper.coupons?.[index]?.code });
    default: return stepName(t, { key: (part ?? "total") as "total" });
  }
}
