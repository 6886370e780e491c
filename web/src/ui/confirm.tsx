import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { createContext, type ReactNode, useContext, useState } from "react";

import { useWords } from "../words/words";

interface Question {
  title: string;
  /** The consequence, in money where there is some. */
  children?: ReactNode;
  /** The verb of the button: "Issue 12 invoices". */
  yes: string;
  danger?: boolean;
  /** Asks why; the answer is recorded. */
  reason?: boolean;
}

type Ask = (question: Question) => Promise<{ reason: string } | undefined>;

const Context = createContext<Ask>(() => Promise.resolve(undefined));

/** Asks before what is not easily undone: `const yes = await confirm({…}); if (!yes) return;` */
export const useConfirm = () => useContext(Context);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const t = useWords("ui");
  const [asked, setAsked] = useState<Question & { answer: (a: { reason: string } | undefined) => void }>();
  const [reason, setReason] = useState("");
  const ask: Ask = (question) => new Promise((answer) => {
    setReason("");
    setAsked({ ...question, answer });
  });
  const end = (answer: { reason: string } | undefined) => {
    asked?.answer(answer);
    setAsked(undefined);
  };
  return (
    <Context value={ask}>
      {children}
      <Modal zIndex={400} opened={!!asked} onClose={() => end(undefined)} title={asked?.title} closeButtonProps={{ "aria-label": t("close") }}>
        <form onSubmit={(e) => { e.preventDefault(); end({ reason }); }}>
          <Stack gap="md">
            {asked?.children && <Text component="div">{asked.children}</Text>}
            {asked?.reason && <Textarea label={t("reason")} description={t("reasonHelp")} required autosize minRows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.currentTarget.value)} data-autofocus />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={() => end(undefined)}>{t("cancel")}</Button>
              <Button type="submit" color={asked?.danger ? "red" : undefined} data-autofocus={asked?.reason ? undefined : true}>{asked?.yes}</Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Context>
  );
}
