import { ActionIcon, Anchor, Checkbox, Group, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconGripVertical } from "@tabler/icons-react";
import { type DragEvent, type KeyboardEvent, useState } from "react";

import { useWords } from "../../../words/words";
import { useNameOf, useWriting } from "../context";
import { type ListName, moved } from "../layout";
import classes from "../layout.module.css";

interface Props {
  field: ListName;
  /** The namespace part of the names of its words. */
  names: string;
  label: string;
  /** What must stay in the list, and why. */
  fixed?: { word: string; why: string };
}

/**
 * Which words are in a list, and in what order: by dragging, by the arrows of a row,
 * or with Alt and the arrow keys. The list of the look stands until it is changed.
 */
export function Order({ field, names, label, fixed }: Props) {
  const t = useWords("layout");
  const nameOf = useNameOf();
  const { now, look, choices, set, fault, readOnly } = useWriting();
  const [dragged, setDragged] = useState<number>();
  const [over, setOver] = useState<number>();
  const [said, say] = useState("");
  const chosen = now[field] ?? look[field] ?? [];
  const left = choices[field].filter((word) => !chosen.includes(word));
  const wrong = [fault(field), ...chosen.map((_, i) => fault(`${field}[${i}]`))].find(Boolean);

  function move(from: number, to: number) {
    if (to < 0 || to >= chosen.length || from === to) return;
    set(field, moved(chosen, from, to));
    say(t("order.moved", { name: nameOf(names, chosen[from]!), place: to + 1, count: chosen.length }));
  }
  function keys(event: KeyboardEvent<HTMLInputElement>, at: number) {
    if (!event.altKey || readOnly || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const to = at + (event.key === "ArrowUp" ? -1 : 1);
    move(at, to);
  }
  const drop = (event: DragEvent, at: number) => {
    event.preventDefault();
    if (dragged !== undefined) move(dragged, at);
    setDragged(undefined);
    setOver(undefined);
  };

  return (
    <div role="group" aria-label={label}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" c="dimmed">{now[field] ? t("order.own") : t("order.asInLook", { look: nameOf("look", look.id) })}</Text>
        {now[field] && !readOnly && <Anchor component="button" type="button" size="sm" onClick={() => set(field, undefined)}>{t("asInLook")}</Anchor>}
      </Group>
      <ul className={classes.list}>
        {chosen.map((word, at) => {
          const name = nameOf(names, word);
          const must = fixed?.word === word ? fixed.why : chosen.length === 1 ? t("order.last") : undefined;
          return (
            // Dragging is for the pointer alone: the arrows of the row do the same.
            <li
              key={word} className={classes.entry} draggable={!readOnly} data-dragged={dragged === at || undefined} data-over={dragged !== undefined && over === at && dragged !== at ? (dragged < at ? "after" : "before") : undefined}
              onDragStart={(e) => { setDragged(at); e.dataTransfer.effectAllowed = "move"; e.dataTransfer.setData("text/plain", word); }} onDragEnd={() => { setDragged(undefined); setOver(undefined); }}
              onDragOver={(e) => { if (dragged !== undefined) { e.preventDefault(); setOver(at); } }} onDrop={(e) => drop(e, at)}
            >
              {!readOnly && <span className={classes.handle} aria-hidden><IconGripVertical size={15} /></span>}
              <span className={`${classes.place} num`} aria-hidden>{at + 1}</span>
              <Checkbox size="sm" label={name} checked disabled={readOnly || must !== undefined} title={must} styles={must && !readOnly ? { label: { color: "var(--text)" } } : undefined} aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown" onKeyDown={(e) => keys(e, at)} onChange={() => set(field, chosen.filter((w) => w !== word))} />
              {!readOnly && (
                <span className={classes.moves}>
                  <ActionIcon size={26} aria-label={t("order.up", { name })} disabled={at === 0} onClick={() => move(at, at - 1)}><IconArrowUp size={14} /></ActionIcon>
                  <ActionIcon size={26} aria-label={t("order.down", { name })} disabled={at === chosen.length - 1} onClick={() => move(at, at + 1)}><IconArrowDown size={14} /></ActionIcon>
                </span>
              )}
            </li>
          );
        })}
        {left.map((word) => (
          <li key={word} className={classes.entry} data-off>
            {!readOnly && <span className={classes.handle} aria-hidden />}
            <span className={classes.place} aria-hidden />
            <Checkbox size="sm" label={nameOf(names, word)} checked={false} disabled={readOnly} onChange={() => set(field, [...chosen, word])} />
          </li>
        ))}
      </ul>
      {wrong && <Text size="sm" c="var(--bad)" role="alert">{wrong}</Text>}
      <span className="sr-only" aria-live="polite">{said}</span>
    </div>
  );
}
