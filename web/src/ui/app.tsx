import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./tokens.css";

import { type MantineThemeOverride, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";

import { newQueries } from "../api/query";
import { startWords } from "../words/words";
import { ConfirmProvider } from "./confirm";
import { Waiting } from "./state";
import { theme, variables } from "./theme";

/** The policy of the page lets only styles in that carry this. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
// Dialogs keep the page behind them from scrolling by a style, for which they ask here.
Object.assign(globalThis, { __webpack_nonce__: nonce });

/** Starts a program of ours in the page. */
export async function start(program: ReactNode, own?: MantineThemeOverride) {
  await startWords();
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <MantineProvider theme={own ?? theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={() => nonce ?? ""}>
        <Notifications position="bottom-left" limit={4} />
        <QueryClientProvider client={newQueries()}>
          <Suspense fallback={<Waiting lines={8} />}>
            <ConfirmProvider>{program}</ConfirmProvider>
          </Suspense>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

export { nonce };
