import { ActionIcon, CopyButton, Group, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

import { useWords } from "../words/words";
import { type Decimal, isNegative, isZero, sum } from "./decimal";
import { useFormats } from "./format";

/** An amount of money. Hovering tells it to the last digit. */
export function Amount({ value, currency, digits, bare, strong }: {
  value: Decimal | undefined | null;
  currency: string;
  digits?: number;
  bare?: boolean; // without the currency, where the column or the row says it
  strong?: boolean;
}) {
  const f = useFormats();
  return (
    <span className="num" style={strong ? { fontWeight: 620 } : undefined} title={value ? f.whole(value, currency) : undefined}>
      {bare ? f.amount(value, currency, digits) : f.money(value, currency, digits)}
    </span>
  );
}

/** A change: with its sign, and its share of what was before where that is given. `worse` says which direction is bad for the reader. */
export function Change({ value, before, currency, digits, worse }: { value: Decimal; before?: Decimal; currency: string; digits?: number; worse?: "up" | "down" }) {
  const f = useFormats();
  const bad = !isZero(value) && worse !== undefined && isNegative(value) === (worse === "down");
  const after = before === undefined ? undefined : f.growth(before, sum([before, value]));
  return (
    <span className="num" style={{ color: bad ? "var(--bad)" : undefined }} title={f.whole(value, currency)}>
      {f.change(value, currency, digits)}
      {after !== undefined && <span className="soft"> {`(${after})`}</span>}
    </span>
  );
}

/** An id that can be copied; long ones are shortened in the middle. */
export function Id({ value, most = 28 }: { value: string; most?: number }) {
  const t = useWords("ui");
  const half = Math.floor((most - 1) / 2);
  const short = value.length > most ? `${value.slice(0, half)}…${value.slice(-half)}` : value;
  return (
    <Group gap={2} wrap="nowrap" display="inline-flex">
      <Text span className="id" title={value}>{short}</Text>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("copied") : t("copy")}>
            <ActionIcon size="xs" aria-label={t("copyThis", { value })} onClick={(e) => { e.stopPropagation(); copy(); }}>
              {copied ? <IconCheck size={12} /> : <IconCopy size={12} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
