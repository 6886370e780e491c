import { Accordion, Group, Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { useFormats } from "../../ui/format";
import { State } from "../../ui/state";
import { useWords } from "../../words/words";
import { useNameOf, useWriting } from "./context";
import { Look } from "./field/look";
import { Annexes, Facts, Hidden, Pages, Paying, Sections, Tables } from "./field/part";
import { Fonts, Pictures } from "./field/picture";
import { Texts } from "./field/text";
import { useLanguageName } from "./language";
import type { Layout } from "./layout";
import classes from "./layout.module.css";
import { fieldsOf, type PartName } from "./part";

// What is shown in each part.
const shown: Record<PartName, () => ReactNode> = {
  look: () => <Look />,
  pictures: () => <Pictures />,
  texts: () => <Texts />,
  sections: () => <Sections />,
  facts: () => <Facts />,
  tables: () => <Tables />,
  hide: () => <Hidden />,
  annexes: () => <Annexes />,
  paying: () => <Paying />,
  pages: () => <Pages />,
  fonts: () => <Fonts />,
};

/** All that a layout can say, in parts with a line each that says what holds. */
export function Form({ fault, open, onOpen }: { fault: (fields: readonly string[]) => boolean; open: string[]; onOpen: (open: string[]) => void }) {
  const t = useWords("layout");
  const summary = useSummary();
  const { now } = useWriting();
  return (
    <Accordion multiple value={open} onChange={onOpen} variant="default" chevronPosition="left" keepMounted={false} classNames={{ item: classes.item, control: classes.control, content: classes.content, label: classes.label }} order={3}>
      {(Object.keys(fieldsOf) as PartName[]).map((part) => {
        const fields: readonly (keyof Layout)[] = fieldsOf[part];
        const own = part !== "look" && fields.some((f) => now[f] !== undefined);
        return (
          <Accordion.Item key={part} value={part}>
            <Accordion.Control>
              <Group gap={6} wrap="nowrap">
                <Text span fw={600} size="md">{t(`part.${part}`)}</Text>
                {own && <State tone="quiet" icon={IconPencil}>{t("ownWay")}</State>}
                {fault(fields) && <State tone="bad">{t("wrong")}</State>}
              </Group>
              <Text size="sm" c="dimmed" lineClamp={1}>{summary(part)}</Text>
            </Accordion.Control>
            <Accordion.Panel>{shown[part]()}</Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}

/** A line for each part: what documents in this layout get of it. */
function useSummary() {
  const t = useWords("layout");
  const f = useFormats();
  const nameOf = useNameOf();
  const languageName = useLanguageName();
  const { now, look } = useWriting();
  const names = (list: string, words: string[] | undefined) => (words ?? []).map((w) => nameOf(list, w)).join(" · ") || t("nothing");
  return (part: PartName): string => {
    switch (part) {
      case "look": return [nameOf("look", look.id), now.colours?.accent ?? look.colours?.accent ?? "", `${now.size ?? look.size}%`].join(" · ");
      case "pictures": return [now.logo && t("logo.title"), now.stamp && t("stamp.title")].filter(Boolean).join(" · ") || t("nothing");
      case "fonts": return now.fonts ? t("fonts.own") : t("fonts.builtIn");
      case "facts": return names("fact", now.facts ?? look.facts);
      case "tables": return names("columnName", now.columns ?? look.columns);
      case "sections": return names("section", now.sections ?? look.sections);
      case "hide": return names("hide", now.hide);
      case "annexes": return [now.cover && t("cover.label"), names("annex", now.annexes ?? look.annexes)].filter(Boolean).join(" · ");
      case "paying": return names("qr", now.qr ?? look.qr);
      case "pages": return nameOf("pageNumbers", now.page_numbers ?? look.page_numbers ?? "");
      case "texts": return now.words?.length ? f.list(now.words.map((w) => (w.language ? languageName(w.language) : t("words.others")))) : t("words.builtIn");
    }
  };
}
