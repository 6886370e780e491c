import type { ComponentType } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";

import { Broken, Frame, Home, NotFound, only } from "./frame";

/** A page of its own file, loaded when one goes there: its default export. It is there for whom its place is open. */
const page = (path: string, place: Parameters<typeof only>[0], load: () => Promise<{ default: ComponentType }>): RouteObject => ({
  path,
  lazy: async () => ({ Component: only(place, (await load()).default) }),
});

// One line for each page.
const pages: RouteObject[] = [
  page("/overview", "usage", () => import("./overview/page")),
  page("/costs", "usage", () => import("./cost/page")),
  page("/projects", "usage", () => import("./project/page")),
  page("/projects/:id", "usage", () => import("./project/page")),
  page("/data", "data", () => import("./data/page")),
  page("/reports", "usage", () => import("./cost/reports")),
  page("/commitments", "commitments", () => import("./commitment/page")),
  page("/invoices", "invoices", () => import("./invoice/page")),
  page("/invoices/:id", "invoices", () => import("./invoice/one")),
  page("/account-statement", "account", () => import("./invoice/statement")),
  page("/fees", "fees", () => import("./invoice/fees")),
  page("/earnings", "earnings", () => import("./earning/page")),
  page("/people", "people", () => import("./person/page")),
  page("/tokens", "tokens", () => import("./person/tokens")),
  page("/webhooks", "webhooks", () => import("./person/webhooks")),
];

export const router = createBrowserRouter(
  [{
    element: <Frame />,
    children: [{ index: true, element: <Home /> }, { errorElement: <Broken />, children: [...pages, { path: "*", element: <NotFound /> }] }],
    HydrateFallback: () => null,
  }],
  { basename: "/portal" },
);
