// The namespaces of texts; each has a file in words/en and one in words/ja. A
// page's own namespace is a line here.
import type console from "./en/console.json";
import type portal from "./en/portal.json";
import type ui from "./en/ui.json";

export interface Namespaces {
  portal: typeof portal;
  ui: typeof ui;
  console: typeof console;
}

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "ui";
    resources: Namespaces;
  }
}
