import { Box, Loader, Modal, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconHistory, IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useNavigate } from "react-router";

import { useAsk } from "../../api/query";
import { useCan } from "../../ui/me";
import { useWords } from "../../words/words";
import { type Choice, matching } from "./choice";
import classes from "./palette.module.css";
import { picked, remember } from "./recent";
import { useFound, useOwn } from "./source";

/** Ctrl-K: pages, actions, and everything there is, by keyboard. */
export function Palette({ opened, close }: { opened: boolean; close: () => void }) {
  const t = useWords("palette");
  return (
    <Modal
      opened={opened} onClose={close} withCloseButton={false} size={640} padding={0} yOffset="12vh" aria-label={t("title")} transitionProps={{ duration: 80 }}
      styles={{ content: { background: "var(--overlay)", overflow: "hidden" }, body: { padding: 0 } }}
    >
      {opened && <Inside close={close} />}
    </Modal>
  );
}

function Inside({ close }: { close: () => void }) {
  const t = useWords("palette");
  const can = useCan();
  const list = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  const [asked] = useDebouncedValue(text.trim(), 130);
  const search = useAsk("/api/v1/search", { params: { query: { q: asked, limit: 24 } } }, { when: asked.length > 0 && can("months.read"), keep: true });
  const own = useOwn();
  const go = useNavigate();
  const before = picked().map((p): Choice => own.find((c) => c.id === p.id) ?? { ...p, section: "found", icon: IconHistory, do: () => void go(p.to!) });
  const found = useFound(asked === "" || text.trim() === "" ? undefined : search.data?.items);
  const sections = text.trim() === ""
    ? [{ name: t("section.recent"), choices: before }, { name: t("section.actions"), choices: own.filter((c) => c.section === "action") }, { name: t("section.pages"), choices: own.filter((c) => c.section === "page") }]
    : [{ name: t("section.actions"), choices: matching(own.filter((c) => c.section === "action"), text) }, { name: t("section.pages"), choices: matching(own.filter((c) => c.section === "page"), text).slice(0, 8) }, { name: t("section.found"), choices: found }];
  const full = sections.filter((s) => s.choices.length > 0);
  const all: Choice[] = full.flatMap((s) => s.choices);
  const here = Math.min(at, all.length - 1);

  useEffect(() => { place.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }); }, [here]);

  function pick(choice: Choice) {
    if (choice.section !== "action") remember({ id: choice.id, title: choice.title, detail: choice.detail, to: choice.to });
    close();
    choice.do();
  }
  function keys(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return; // an input method is choosing
    const to = event.key === "ArrowDown" || (event.ctrlKey && event.key === "n") ? here + 1 : event.key === "ArrowUp" || (event.ctrlKey && event.key === "p") ? here - 1 : undefined;
    if (to !== undefined) { setAt((to + all.length) % Math.max(1, all.length)); event.preventDefault(); }
    if (event.key === "Enter" && all[here]) { pick(all[here]); event.preventDefault(); }
  }

  let n = -1;
  return (
    <Box onKeyDown={keys}>
      <TextInput
        data-autofocus variant="unstyled" size="lg" value={text} onChange={(e) => { setText(e.currentTarget.value); setAt(0); }} placeholder={t("placeholder")} aria-label={t("title")}
        role="combobox" aria-expanded aria-controls={list} aria-activedescendant={all[here] ? `${list}-${here}` : undefined} autoComplete="off" spellCheck={false}
        leftSection={<IconSearch size={18} aria-hidden />} rightSection={search.isFetching && asked !== "" ? <Loader size={16} /> : <kbd className={classes.key}>{t("esc")}</kbd>} rightSectionWidth={52} classNames={{ input: classes.input }}
      />
      <div ref={place} id={list} role="listbox" aria-label={t("title")} className={classes.list}>
        {full.map((section) => (
          <div key={section.name} role="group" aria-label={section.name}>
            <Text className={classes.section}>{section.name}</Text>
            {section.choices.map((choice) => {
              n += 1;
              const index = n;
              return (
                <UnstyledButton key={choice.id} id={`${list}-${index}`} role="option" tabIndex={-1} aria-selected={index === here} className={classes.choice} onClick={() => pick(choice)} onMouseMove={() => { if (index !== here) setAt(index); }}>
                  {choice.icon ? <choice.icon size={17} stroke={1.7} aria-hidden className={classes.sign} /> : <span className={classes.sign} />}
                  <Text span truncate fw={520}>{choice.title}</Text>
                  {choice.detail && <Text span truncate size="sm" c="dimmed" style={{ flex: 1, textAlign: "right" }}>{choice.detail}</Text>}
                </UnstyledButton>
              );
            })}
          </div>
        ))}
        {all.length === 0 && !search.isFetching && <Text c="dimmed" ta="center" py="xl">{search.isError ? t("failed") : t("nothing", { text: text.trim() })}</Text>}
      </div>
      <div className={classes.foot}>
        <span><kbd className={classes.key}>{"↑"}</kbd> <kbd className={classes.key}>{"↓"}</kbd> {t("key.move")}</span>
        <span><kbd className={classes.key}>{"↵"}</kbd> {t("key.open")}</span>
        {search.data?.more && text.trim() !== "" && <span style={{ marginLeft: "auto" }}>{t("more")}</span>}
      </div>
    </Box>
  );
}
