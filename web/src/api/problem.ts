import type { components } from "./schema";

export type ProblemBody = components["schemas"]["Problem"];

/** A refused request, as the server explains it (RFC 9457); `network` where none answered. */
export class Problem extends Error {
  readonly code: ProblemBody["code"] | "network";
  readonly status: number;
  readonly body: Partial<ProblemBody>;

  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.detail ?? body.title ?? String(status));
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? "failed";
    this.body = body;
  }

  static network(cause: unknown): Problem {
    const problem = new Problem(0, { detail: cause instanceof Error ? cause.message : String(cause) });
    return Object.assign(problem, { code: "network" as const });
  }

  /** What is wrong with a field, such as `body.name`; undefined where nothing is. */
  at(field: string): string | undefined {
    return this.body.errors?.find((fault) => fault.location === field || fault.location === `body.${field}`)?.message;
  }
}
