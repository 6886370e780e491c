import type { ComponentType } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";

import { Broken, Frame, Home, NotFound } from "./frame";

/** A page of its own file, loaded when one goes there: its default export. */
const page = (path: string, load: () => Promise<{ default: ComponentType }>): RouteObject => ({
  path,
  lazy: async () => ({ Component: (await load()).default }),
});

// One line for each page, in the order of the rail (places.ts).
const pages: RouteObject[] = [
  page("/month", () => import("./month/page")),
  page("/dashboard", () => import("./dashboard/page")),
  page("/customers", () => import("./customer/page")),
  page("/customers/new", () => import("./customer/new/page")),
  page("/customers/:id", () => import("./customer/one")),
  page("/accounts", () => import("./account/page")),
  page("/accounts/invitations", () => import("./member/page")),
  page("/accounts/invitations/new", () => import("./member/new/page")),
  page("/accounts/invitations/:id", () => import("./member/one/page")),
  page("/groups", () => import("./group/page")),
  page("/groups/:id", () => import("./group/one")),
  page("/templates", () => import("./template/page")),
  page("/templates/:id", () => import("./template/one")),
  page("/projects", () => import("./project/page")),
  page("/projects/:id", () => import("./project/one")),
  page("/adjustments", () => import("./adjustment/page")),
  page("/items", () => import("./item/page")),
  page("/commitments", () => import("./commitment/page")),
  page("/commitments/:id", () => import("./commitment/one")),
  page("/explore", () => import("./explore/page")),
  page("/sources", () => import("./source/page")),
  page("/sources/new", () => import("./source/new/page")),
  page("/sources/:name/check", () => import("./source/check/page")),
  page("/backends", () => import("./backend/page")),
  page("/backends/accounts/:id", () => import("./backend/account/page")),
  page("/invoices", () => import("./invoice/page")),
  page("/invoices/:id", () => import("./invoice/one")),
  page("/payments", () => import("./payment/page")),
  page("/receivables", () => import("./receivable/page")),
  page("/receivables/:holder", () => import("./receivable/statement")),
  page("/handover", () => import("./handover/page")),
  page("/handover/routes/:id", () => import("./handover/route/page")),
  page("/prices", () => import("./price/page")),
  page("/prices/:id", () => import("./price/one")),
  page("/what-if", () => import("./whatif/page")),
  page("/settings/rates", () => import("./rate/page")),
  page("/settings/taxes", () => import("./tax/page")),
  page("/settings/accounting", () => import("./accounting/page")),
  page("/settings", () => import("./setting/page")),
  page("/settings/reseller", () => import("./setting/reseller/page")),
  page("/settings/brand", () => import("./setting/brand/page")),
  page("/settings/layouts", () => import("./layout/page")),
  page("/settings/layouts/:id", () => import("./layout/one")),
  page("/settings/mail", () => import("./handover/mail/page")),
  page("/settings/letters", () => import("./handover/letter/page")),
  page("/settings/announcements", () => import("./setting/announcement/page")),
  page("/settings/people", () => import("./setting/people/page")),
  page("/settings/roles", () => import("./setting/role/page")),
  page("/settings/portal", () => import("./setting/portal/page")),
  page("/settings/configuration", () => import("./setting/configuration/page")),
  page("/settings/configuration/import", () => import("./setting/import/page")),
  page("/settings/webhooks", () => import("./setting/webhook/page")),
  page("/settings/credentials", () => import("./setting/credential/page")),
  page("/settings/secrets", () => import("./setting/secret/page")),
  page("/settings/jobs", () => import("./setting/job/page")),
  page("/settings/audit", () => import("./setting/audit/page")),
];

export const router = createBrowserRouter(
  [{
    element: <Frame />,
    children: [{ index: true, element: <Home /> }, { errorElement: <Broken />, children: [...pages, { path: "*", element: <NotFound /> }] }],
    HydrateFallback: () => null,
  }],
  { basename: "/console" },
);
