import * as z from 'zod';

const Result = z.object({
  type: z.string(),
  data: z.object({
    change: z.object({
      id: z.string().optional(),
      source: z.string().optional(),
      type: z.string().optional(),
      hash: z.string().optional(),
    }),
    operation: z.string().optional(),
    outcome: z.string(),
    error: z.object({ code: z.string(), message: z.string().optional() }).optional(),
    provider: z.object({ status: z.number() }).optional(),
    ignored_fields: z.array(z.string()).default([]),
  }),
});

/** What the console shows of a result event. */
export interface ChangeResult {
  change: { id?: string; source?: string; type?: string; hash?: string };
  operation?: string;
  outcome: string;
  error?: { code: string; message?: string };
  provider?: { status: number };
  ignored: string[];
}

/** Reads a result event's JSON text. Undefined if it is not a result. */
export function readResult(detail: string): ChangeResult | undefined {
  const read = Result.safeParse(JSON.parse(detail));
  if (!read.success) return undefined;
  const { ignored_fields: ignored, ...data } = read.data.data;
  return { ...(data as Omit<ChangeResult, 'ignored'>), ignored };
}
