import { Combobox, useCombobox } from "@mantine/core";
import { type ReactElement, useState } from "react";

import { useWords } from "../../words/words";
import type { Names } from "./asking";
import type { Dimension } from "./source";

interface Extra {
  id: string;
  label: string;
  do: () => void;
}

/** A choice of what to sum or filter by, with a search: there may be hundreds of tags. `target` is the button that opens it. */
export function DimensionChoice({ known, names, without, onChoose, extras, target }: {
  known: Dimension[];
  names: Names;
  without: string[]; // chosen already
  onChoose: (dimension: string) => void;
  extras?: Extra[];
  target: (open: () => void, opened: boolean) => ReactElement;
}) {
  const t = useWords("explore");
  const [search, setSearch] = useState("");
  const box = useCombobox({
    onDropdownClose: () => { box.resetSelectedOption(); setSearch(""); },
    onDropdownOpen: () => box.focusSearchInput(),
  });
  const open = known.filter((d) => !without.includes(d.dimension) && names.dimension(d.dimension).toLocaleLowerCase().includes(search.toLocaleLowerCase()));
  const [plain, tags] = [open.filter((d) => d.tag === undefined), open.filter((d) => d.tag !== undefined)];
  const option = (d: Dimension) => <Combobox.Option key={d.dimension} value={d.dimension}>{d.tag ?? names.dimension(d.dimension)}</Combobox.Option>;
  return (
    <Combobox
      store={box} width={250} position="bottom-start" withinPortal shadow="md" transitionProps={{ duration: 80 }}
      onOptionSubmit={(value) => {
        box.closeDropdown();
        const extra = extras?.find((e) => `\u0000${e.id}` === value);
        if (extra) extra.do();
        else onChoose(value);
      }}
    >
      <Combobox.Target targetType="button">{target(() => box.toggleDropdown(), box.dropdownOpened)}</Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search aria-label={t("findDimension")} placeholder={t("findDimension")} value={search} onChange={(e) => { setSearch(e.currentTarget.value); box.selectFirstOption(); }} />
        <Combobox.Options mah={340} style={{ overflowY: "auto" }}>
          {!search && extras && extras.length > 0 && <Combobox.Group label={t("thisOne")}>{extras.map((e) => <Combobox.Option key={e.id} value={`\u0000${e.id}`}>{e.label}</Combobox.Option>)}</Combobox.Group>}
          {plain.length > 0 && <Combobox.Group label={extras ? t("instead") : t("dimensions")}>{plain.map(option)}</Combobox.Group>}
          {tags.length > 0 && <Combobox.Group label={t("tags")}>{tags.map(option)}</Combobox.Group>}
          {open.length === 0 && <Combobox.Empty>{t("noDimension")}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
