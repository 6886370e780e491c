import { Autocomplete, Group } from "@mantine/core";

import { useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import classes from "./rules.module.css";

interface Props {
  label: string;
  shown?: boolean; // the label stands above; else it is only read out
  field: string;
  period: string;
  service?: string;
  value: string;
  onChange: (value: string) => void;
  onChoose?: (value: string, service?: string) => void;
  placeholder?: string;
}

/** A text of which the bills of the month have some: they are offered, the costliest first. */
export function FromBill({ label, shown, field, period, service, value, onChange, onChoose, placeholder }: Props) {
  const f = useFormats();
  const catalog = useAsk("/api/v1/months/{period}/catalog", { params: { path: { period }, query: { field: [field], service: service || undefined, limit: 400 } } }, { keep: true });
  const known = new Map((catalog.data?.fields[0]?.values ?? []).map((v) => [v.value, v]));
  return (
    <Autocomplete
      label={shown ? label : undefined} classNames={{ label: classes.label }} aria-label={label} style={{ flex: 1, minWidth: shown ? 0 : 160 }} size="sm" placeholder={placeholder} value={value} onChange={onChange} data={[...known.keys()].filter(Boolean)} limit={40} maxDropdownHeight={260}
      onOptionSubmit={(chosen) => onChoose?.(chosen, known.get(chosen)?.service)}
      filter={({ options, search, limit }) => options.filter((o) => {
        const v = "value" in o ? known.get(o.value) : undefined;
        return `${v?.value ?? ""} ${v?.label ?? ""}`.toLowerCase().includes(search.trim().toLowerCase());
      }).slice(0, limit)}
      renderOption={({ option }) => {
        const v = known.get(option.value);
        const [cost] = Object.entries(v?.cost ?? {});
        return (
          <Group justify="space-between" wrap="nowrap" gap="sm" w="100%" fz="sm">
            <span style={{ overflowWrap: "anywhere" }}>{option.value}{v?.label && <span className="soft"> {v.label}</span>}</span>
            {cost && <span className="soft num">{f.money(cost[1], cost[0])}</span>}
          </Group>
        );
      }}
    />
  );
}
