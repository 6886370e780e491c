/** An electronic address or a registration: its scheme, and what it is there. */
export interface Coded {
  scheme: string;
  id: string;
}

/** Takes 0088:4035811991021 apart; what has no scheme is all id. */
export function coded(text: string): Coded {
  const found = /^([0-9]{4}|[A-Z]{2}):(.*)$/s.exec(text);
  return found ? { scheme: found[1]!, id: found[2]! } : { scheme: "", id: text };
}

/** The other way around. A scheme stands alone as long as nothing is written behind it, so that it can be chosen first. */
export const codedText = ({ scheme, id }: Coded): string => (scheme ? `${scheme}:${id}` : id);

/** Whether a scheme was chosen and nothing is written behind it. */
export const isBare = (text: string | undefined): boolean => text !== undefined && /^([0-9]{4}|[A-Z]{2}):\s*$/.test(text);

/**
 * Schemes that people look for, by the name of what is written there: words of
 * the interface, or the country whose VAT number it is. Any other code of the EAS
 * list can be written, too.
 */
export interface Scheme {
  code: string;
  word?: "mail" | "gln" | "duns" | "jp" | "jpTax" | "leitweg" | "siret" | "siren" | "kvk" | "oin" | "cvr" | "orgNo" | "orgSe" | "kbo" | "uen" | "abn" | "nzbn" | "itCode" | "ftax";
  vat?: string;
}

const vatOf: [code: string, country: string][] = [
  ["9930", "DE"], ["9914", "AT"], ["9925", "BE"], ["9957", "FR"], ["9944", "NL"], ["9938", "LU"], ["0211", "IT"], ["9920", "ES"], ["9946", "PT"], ["9945", "PL"], ["9929", "CZ"],
  ["9950", "SK"], ["9910", "HU"], ["9949", "SI"], ["9934", "HR"], ["9926", "BG"], ["9947", "RO"], ["9933", "GR"], ["9928", "CY"], ["9943", "MT"], ["9935", "IE"], ["9931", "EE"], ["9939", "LV"], ["9937", "LT"],
  ["9932", "GB"], ["9927", "CH"],
];

/** Where documents can be sent to. */
export const endpointSchemes: Scheme[] = [
  { code: "EM", word: "mail" }, { code: "0088", word: "gln" }, { code: "0060", word: "duns" }, { code: "0188", word: "jp" }, { code: "0221", word: "jpTax" }, { code: "0204", word: "leitweg" },
  { code: "0009", word: "siret" }, { code: "0002", word: "siren" }, { code: "0225", word: "ftax" }, { code: "0106", word: "kvk" }, { code: "0190", word: "oin" }, { code: "0184", word: "cvr" }, { code: "0192", word: "orgNo" }, { code: "0007", word: "orgSe" },
  { code: "0208", word: "kbo" }, { code: "0195", word: "uen" }, { code: "0151", word: "abn" }, { code: "0210", word: "itCode" },
  ...vatOf.map(([code, vat]) => ({ code, vat })),
];

/** Where legal persons are registered (ISO 6523). */
export const legalSchemes: Scheme[] = endpointSchemes.filter((s) => s.word && !["mail", "jpTax", "leitweg", "oin", "ftax"].includes(s.word));
