import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useRef } from "react";

import { useWords } from "../../../words/words";
import { inFolders } from "../target";
import type { Part } from "./form";

/** A folder, with what can stand in it for what is handed over. */
export function FolderField({ draft, put, readOnly }: Part) {
  const t = useWords("handover");
  const input = useRef<HTMLInputElement>(null);
  const { place, by } = draft;
  const set = (folder: string) => put({ place: { ...place, folder } });
  function add(name: string) {
    const at = input.current?.selectionStart ?? place.folder.length;
    const before = place.folder.slice(0, at);
    const field = `${before === "" || before.endsWith("/") ? "" : "/"}{${name}}`;
    set(before + field + place.folder.slice(at));
    requestAnimationFrame(() => { input.current?.focus(); input.current?.setSelectionRange(at + field.length, at + field.length); });
  }
  return (
    <Stack gap={6}>
      <TextInput
        ref={input} label={t(by === "bucket" ? "folder.prefix" : "folder.label")} description={t(`folder.help.${by}` as "folder.help.sftp")} required={by === "folder"} disabled={readOnly} placeholder={by === "folder" ? "srv/invoices/{customer}" : "invoices/{period}"}
        leftSection={by === "folder" ? <Text c="dimmed" aria-hidden>{"/"}</Text> : undefined} classNames={{ input: "id" }} value={by === "folder" ? place.folder.replace(/^\/+/, "") : place.folder} onChange={(e) => set(e.currentTarget.value)}
      />
      {!readOnly && (
        <Group gap={6}>
          <Text size="sm" c="dimmed">{t("folder.fields")}</Text>
          {inFolders.map((name) => <Button key={name} size="compact-xs" variant="default" aria-label={t("folder.add", { field: t(`folder.field.${name}`) })} onClick={() => add(name)}>{t(`folder.field.${name}`)}</Button>)}
        </Group>
      )}
    </Stack>
  );
}
