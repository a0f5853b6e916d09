import * as z from 'zod';

const Match = z.strictObject({
  service: z.enum(['dcs', 'sms', 'iam']).optional(),
  operation: z.string().optional(),
  method: z.string().optional(),
  task: z.string().optional(),
});

/** A fault as it is asked for; README.md says what each member does. */
export const FaultRequest = z
  .strictObject({
    match: Match.optional(),
    calls: z.int().min(1).optional(),
    share: z.number().min(0).max(1).optional(),
    seed: z.int().optional(),
    when: z.enum(['before', 'after']).default('before'),
    status: z.int().min(200).max(599).optional(),
    code: z.string().min(1).optional(),
    message: z.string().optional(),
    delay_ms: z.int().min(0).optional(),
    lands_after_ms: z.int().min(0).optional(),
    reset: z.literal(true).optional(),
    hang: z.literal(true).optional(),
    reply: z
      .enum([
        'truncated',
        'malformed',
        'html',
        'empty',
        'wrong-type',
        'wrong-shape',
        'drip',
        'gzip',
        'redirect',
        'huge',
        'huge-header',
      ])
      .optional(),
    drip_ms: z.int().min(1).optional(),
    retry_after: z.union([z.int().min(0), z.string().min(1)]).optional(),
    refuse_ms: z.int().min(1).max(86_400_000).optional(),
  })
  .refine(
    ({ refuse_ms, when, ...more }) => refuse_ms === undefined || (when === 'before' && Object.keys(more).length === 0),
    {
      path: ['refuse_ms'],
      message: 'stands alone: a connection is refused before anything is known of its call',
    },
  )
  .refine(({ when, lands_after_ms }) => when === 'before' || lands_after_ms === undefined, {
    path: ['lands_after_ms'],
    message: 'needs when: before, because the call cannot be applied twice',
  })
  .refine(
    ({ match: _, calls, share, seed, when, ...effect }) => Object.values(effect).some((one) => one !== undefined),
    {
      message:
        'a fault needs an effect: status, code, message, delay_ms, lands_after_ms, reset, hang, reply, retry_after or refuse_ms',
    },
  );
export type FaultRequest = z.infer<typeof FaultRequest>;

/** A fault that waits for its calls, or refuses connections until a time (ISO 8601). */
export type Fault = FaultRequest & { id: string; fired: number; until?: string };

/** The call that a fault may match. */
export type Subject = { service: string; operation: string; method: string; task: string };

/** Faults in the order in which they were asked for; the first that matches a call fires, and only that one. */
export type Faults = {
  add(request: FaultRequest): Fault;
  fire(subject: Subject): Fault | undefined;
  all(): Fault[];
  remove(id: string): boolean;
  clear(): void;
};

/** mulberry32: the same seed gives the same calls a fault, so that a run can be repeated. */
const createChance = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const matches = ({ match = {} }: FaultRequest, subject: Subject): boolean =>
  Object.entries(match).every(([name, wanted]) => wanted === undefined || subject[name as keyof Subject] === wanted);

/** No faults yet. */
export const createFaults = (): Faults => {
  const waiting = new Map<string, { fault: Fault; chance: () => number }>();
  let last = 0;

  const fires = ({ fault, chance }: { fault: Fault; chance: () => number }, subject: Subject): boolean =>
    fault.refuse_ms === undefined &&
    fault.fired < (fault.calls ?? Infinity) &&
    matches(fault, subject) &&
    chance() < (fault.share ?? 1);

  return {
    add: (request) => {
      last += 1;
      const fault = { ...request, id: `fault-${last}`, fired: 0 };
      waiting.set(fault.id, { fault, chance: createChance(request.seed ?? last) });
      return fault;
    },
    fire: (subject) => {
      const found = [...waiting.values()].find((one) => fires(one, subject))?.fault;
      if (found !== undefined) found.fired += 1;
      return found;
    },
    all: () => [...waiting.values()].map(({ fault }) => fault),
    remove: (id) => waiting.delete(id),
    clear: () => waiting.clear(),
  };
};
