// The namespaces of texts; each has a file in words/en and one in words/ja. A
// page's own namespace is a line here.
import type customer from "./en/customer.json";
import type account from "./en/account.json";
import type member from "./en/member.json";
import type palette from "./en/palette.json";
import type document from "./en/document.json";
import type group from "./en/group.json";
import type template from "./en/template.json";
import type month from "./en/month.json";
import type dashboard from "./en/dashboard.json";
import type item from "./en/item.json";
import type explore from "./en/explore.json";
import type commitment from "./en/commitment.json";
import type console from "./en/console.json";
import type overview from "./en/overview.json";
import type bill from "./en/bill.json";
import type person from "./en/person.json";
import type cost from "./en/cost.json";
import type owned from "./en/owned.json";
import type earning from "./en/earning.json";
import type portal from "./en/portal.json";
import type invoice from "./en/invoice.json";
import type payment from "./en/payment.json";
import type receivable from "./en/receivable.json";
import type adjustment from "./en/adjustment.json";
import type source from "./en/source.json";
import type setting from "./en/setting.json";
import type whatIf from "./en/whatIf.json";
import type price from "./en/price.json";
import type rate from "./en/rate.json";
import type tax from "./en/tax.json";
import type file from "./en/file.json";
import type accounting from "./en/accounting.json";
import type identity from "./en/identity.json";
import type layout from "./en/layout.json";
import type handover from "./en/handover.json";
import type letter from "./en/letter.json";
import type mail from "./en/mail.json";
import type backend from "./en/backend.json";
import type spend from "./en/spend.json";
import type connect from "./en/connect.json";
import type ui from "./en/ui.json";

export interface Namespaces {
  palette: typeof palette;
  account: typeof account;
  member: typeof member;
  customer: typeof customer;
  month: typeof month;
  dashboard: typeof dashboard;
  item: typeof item;
  template: typeof template;
  group: typeof group;
  document: typeof document;
  overview: typeof overview;
  bill: typeof bill;
  person: typeof person;
  cost: typeof cost;
  owned: typeof owned;
  earning: typeof earning;
  portal: typeof portal;
  invoice: typeof invoice;
  payment: typeof payment;
  receivable: typeof receivable;
  adjustment: typeof adjustment;
  source: typeof source;
  setting: typeof setting;
  whatIf: typeof whatIf;
  price: typeof price;
  rate: typeof rate;
  tax: typeof tax;
  layout: typeof layout;
  file: typeof file;
  accounting: typeof accounting;
  identity: typeof identity;
  handover: typeof handover;
  letter: typeof letter;
  mail: typeof mail;
  backend: typeof backend;
  spend: typeof spend;
  connect: typeof connect;
  ui: typeof ui;
  explore: typeof explore;
  commitment: typeof commitment;
  console: typeof console;
}

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "ui";
    resources: Namespaces;
  }
}
