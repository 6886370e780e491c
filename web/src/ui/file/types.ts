import { type Schema, useAsk } from "../../api/query";

export type FileFormat = Schema<"FileFormat">;
export type Gap = Schema<"Gap">;
export type DocumentGap = Schema<"DocumentGap">;
export type LeftOut = Schema<"LeftOut">;
export type DataSetExport = Schema<"DataSetExport">;
export type AccountingExport = Schema<"AccountingExport">;

/** A folder of files that can be downloaded for some days. */
export type Spooled = Pick<DataSetExport, "id" | "files" | "until">;

/** The formats of documents, in the order to offer them. */
export const useFileFormats = (when = true) => useAsk("/api/v1/formats", undefined, { when });
