// All pages, for screenshots and for axe: by whom, and where. A new page is a line here.
// Whose `as` is not said is for whom is not signed in.
const owner = "owner";
const customer = "customer-admin";

/** @typedef {{ name: string, path: string, as?: "owner" | "customer-admin", wait?: number }} Entry */

/** @type {(path: string, names: string[]) => Entry[]} the tabs of a page, by its query */
const tabs = (path, names) => names.map((tab) => ({ name: `${path.split("?")[0].split("/")[2].replace(/s$/, "")}-${tab.replace(/^.*=/, "")}`, path: `${path}${path.includes("?") ? "&" : "?"}${tab}`, as: owner }));

const month = "month=2026-09";
const billed = "month=2026-08";

/** @type {Entry[]} */
export const pages = [
  { name: "sign-in", path: "/sign-in" },

  { name: "month", path: `/console/month?${month}`, as: owner },
  { name: "month-issued", path: `/console/month?${billed}`, as: owner },
  { name: "month-running", path: "/console/month?month=2026-10", as: owner },
  { name: "month-export", path: `/console/month?${billed}&show=export`, as: owner },
  { name: "month-data", path: `/console/month?${billed}&show=data`, as: owner },
  { name: "dashboard", path: `/console/dashboard?${month}`, as: owner },
  { name: "dashboard-running", path: "/console/dashboard?month=2026-10&days=each&customers=margin", as: owner },

  { name: "customers", path: `/console/customers?${month}`, as: owner },
  { name: "customer-new", path: "/console/customers/new", as: owner },
  { name: "customer", path: `/console/customers/hokuto?${month}`, as: owner },
  ...tabs(`/console/customers/pinecrest?${month}`, ["tab=details", "tab=portal", "tab=people", "tab=history"]),
  { name: "groups", path: `/console/groups?${month}`, as: owner },
  { name: "group", path: `/console/groups/hokuto-main?${month}`, as: owner },
  ...tabs(`/console/groups/hokuto-main?${month}`, ["tab=settings", "tab=accounts", "tab=history", "tab=invoices"]),
  { name: "accounts", path: `/console/accounts?${month}`, as: owner },
  { name: "account-mapping", path: `/console/accounts?${month}&map=1`, as: owner },
  { name: "account-invitations", path: "/console/accounts/invitations", as: owner },
  ...["members", "events", "transfers"].map((tab) => ({ name: `account-invitations-${tab}`, path: `/console/accounts/invitations?tab=${tab}`, as: /** @type {const} */ (owner) })),
  { name: "account-invitation-new", path: "/console/accounts/invitations/new", as: owner },
  { name: "templates", path: "/console/templates", as: owner },
  { name: "template", path: "/console/templates/japan", as: owner },

  { name: "projects", path: `/console/projects?${month}`, as: owner },
  { name: "project", path: `/console/projects/hokuto?${month}`, as: owner },
  { name: "project-reseller", path: `/console/projects/reseller?${month}&trend=months`, as: owner },

  { name: "prices", path: `/console/prices?${month}`, as: owner },
  { name: "price", path: `/console/prices/standard?${month}`, as: owner },
  ...tabs(`/console/prices/standard?${month}`, ["view=text", "view=payers", "view=history"]),
  { name: "what-if", path: `/console/what-if?${month}`, as: owner },

  { name: "commitments", path: `/console/commitments?${month}`, as: owner },
  ...tabs(`/console/commitments?${month}`, ["tab=hours", "tab=flow", "tab=coverage", "tab=timeline"]),
  { name: "commitment", path: `/console/commitments/${encodeURIComponent("arn:aws:ec2:ap-northeast-1:200000000011:reserved-instances/0745cdd8-3f5b-4a9f-a62a-27ca90b1d438")}?${month}`, as: owner },

  { name: "adjustments", path: `/console/adjustments?${month}`, as: owner },
  { name: "adjustment", path: `/console/adjustments?${month}&entry=E-1cca48303eec`, as: owner },
  { name: "items", path: `/console/items?${month}`, as: owner },

  { name: "invoices", path: `/console/invoices?${month}`, as: owner },
  { name: "invoices-all", path: "/console/invoices?months=all", as: owner },
  { name: "invoice", path: "/console/invoices/2026-08%2Fhokuto-main", as: owner },
  { name: "invoice-files", path: "/console/invoices/2026-08%2Fhokuto-main?files=1", as: owner },
  ...tabs("/console/invoices/2026-08%2Fhokuto-main", ["tab=comparison", "tab=changes", "tab=history"]),
  { name: "payments", path: "/console/payments", as: owner },
  { name: "payment", path: "/console/payments?payment=P-000001", as: owner },
  ...tabs("/console/payments", ["tab=prepaid"]),
  { name: "receivables", path: "/console/receivables", as: owner },
  ...tabs("/console/receivables", ["tab=reminders"]),
  { name: "receivable", path: "/console/receivables/hokuto", as: owner },
  { name: "handover", path: "/console/handover", as: owner },
  ...tabs("/console/handover", ["tab=routes"]),
  { name: "handover-route-new", path: "/console/handover/routes/new?customer=hokuto", as: owner },

  { name: "explore", path: `/console/explore?${month}`, as: owner },
  { name: "explore-areas", path: `/console/explore?${month}&span=3&by=customer,service&measure=margin&draw=treemap&compare=before`, as: owner },
  { name: "sources", path: `/console/sources?${month}`, as: owner },
  { name: "source-new", path: "/console/sources/new", as: owner },
  ...["access", "find", "check", "history"].map((step) => ({ name: `source-new-${step}`, path: `/console/sources/new?step=${step}&payer=111111111111&provider=aws&by=${step === "access" ? "template" : "environment"}&name=exports-111111111111`, as: owner })),
  { name: "source-check", path: "/console/sources/exports-111111111111/check", as: owner, wait: 3000 },
  { name: "credentials", path: "/console/settings/credentials", as: owner },
  { name: "backends", path: "/console/backends", as: owner },
  ...tabs(`/console/backends?${month}`, ["tab=backends", "tab=pushed", "tab=rules"]),
  { name: "backend-account-new", path: "/console/backends/accounts/new", as: owner },

  { name: "settings", path: "/console/settings", as: owner },
  { name: "layout", path: "/console/settings/layouts/seikyusho?open=look,sections", as: owner, wait: 3000 },
  ...["reseller", "accounting", "rates", "taxes", "brand", "layouts", "mail", "letters", "announcements", "people", "roles", "portal", "configuration", "webhooks", "secrets", "jobs", "audit"].map((name) => (
    { name: `settings-${name}`, path: `/console/settings/${name}`, as: /** @type {const} */ (owner) }
  )),
  { name: "settings-configuration-import", path: "/console/settings/configuration/import", as: owner },
  { name: "console-not-found", path: "/console/nowhere", as: owner },

  { name: "portal-overview", path: "/portal/overview?month=2026-10", as: customer },
  { name: "portal-overview-whole", path: `/portal/overview?${month}&trend=days`, as: customer },
  { name: "portal-costs", path: `/portal/costs?${month}`, as: customer },
  { name: "portal-projects", path: `/portal/projects?${month}`, as: customer },
  { name: "portal-data", path: `/portal/data?${month}`, as: customer },
  { name: "portal-reports", path: "/portal/reports", as: customer },
  { name: "portal-commitments", path: `/portal/commitments?${month}`, as: customer },
  { name: "portal-invoices", path: "/portal/invoices", as: customer },
  { name: "portal-invoices-sold", path: "/portal/invoices?whose=sold", as: customer },
  { name: "portal-invoice", path: "/portal/invoices/2026-08%2Fpinecrest-main", as: customer },
  { name: "portal-statement", path: "/portal/account-statement", as: customer },
  { name: "portal-fees", path: "/portal/fees", as: customer },
  { name: "portal-earnings", path: `/portal/earnings?${billed}`, as: customer },
  { name: "portal-people", path: "/portal/people", as: customer },
  { name: "portal-tokens", path: "/portal/tokens", as: customer },
  { name: "portal-webhooks", path: "/portal/webhooks", as: customer },
  { name: "portal-not-found", path: "/portal/nowhere", as: customer },
  { name: "account", path: "/account", as: customer },
];
