import { Button, Group } from "@mantine/core";

import { Checking } from "../check/checking";
import { useWords } from "../../../words/words";
import type { Going } from "./page";

/** Whether bills can be read from the source. */
export function CheckStep({ wish, put }: Going) {
  const t = useWords("connect");
  return (
    <>
      <Checking source={wish.name} />
      <Group justify="space-between">
        <Button variant="default" onClick={() => put({ step: "find" })}>{t("back")}</Button>
        <Button onClick={() => put({ step: "history" })}>{t("next")}</Button>
      </Group>
    </>
  );
}
