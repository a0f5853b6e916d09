import * as z from 'zod';
import { BadInput, type ControlCall, ok, parsed } from './control-calls.ts';
import { type Entry, KINDS, type Log } from './log.ts';

const Count = z.coerce.number().int().min(0);
const Text = z.string().min(1);

/** What an entry can be asked for by. The value must be equal. */
const Filter = z.strictObject({
  kind: z.enum(KINDS).optional(),
  request: Text.optional(),
  service: Text.optional(),
  operation: Text.optional(),
  method: Text.optional(),
  project: Text.optional(),
  task: Text.optional(),
  source: Text.optional(),
  job: Text.optional(),
  fault: Text.optional(),
  status: Count.optional(),
  code: Text.optional(),
});
type Filter = z.infer<typeof Filter>;

const After = { after: Count.default(0) };
const CountQuery = Filter.extend(After);
const LogQuery = Filter.extend({
  ...After,
  limit: Count.min(1).default(Number.MAX_SAFE_INTEGER),
  count: Count.min(1).optional(),
  wait_ms: Count.max(86_400_000).optional(),
}).refine(({ count, wait_ms }) => count === undefined || wait_ms !== undefined, {
  path: ['count'],
  message: 'needs wait_ms, the longest time to wait for so many entries',
});

/** The names of the filters, which README.md explains. */
export const LOG_FILTERS = Object.keys(Filter.shape);

/** Parses a query. Of a name that comes twice, one value would be ignored without a word. */
function readQuery<T>(schema: z.ZodType<T>, query: URLSearchParams): T {
  const members = Object.fromEntries(query);
  if (Object.keys(members).length < query.size) throw new BadInput('query: a name may come only once');
  return parsed(schema, members);
}

const fits = (filter: Filter, entry: Entry): boolean =>
  Object.entries(filter).every(([name, wanted]) => wanted === undefined || entry[name as keyof Filter] === wanted);

/** Waits until so many more entries are added that fit, or until the signal. */
const waitForMore = (log: Log, filter: Filter, missing: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    let left = missing;
    const end = (): void => {
      stop();
      resolve();
    };
    const stop = log.onAdd((entry) => {
      if (fits(filter, entry)) left -= 1;
      if (left <= 0) end();
    });
    signal.addEventListener('abort', end, { once: true });
    if (left <= 0 || signal.aborted) end();
  });

/** GET log: the entries that fit. With wait_ms it waits for `count` of them, as long as the client waits too. */
export const readLog: ControlCall = async ({ log, closing }, { query, left }) => {
  const { after, limit, count = 1, wait_ms, ...filter } = readQuery(LogQuery, query);
  const found = (): Entry[] => log.after(after).filter((entry) => fits(filter, entry));
  if (wait_ms !== undefined) {
    const signal = AbortSignal.any([AbortSignal.timeout(wait_ms), left, closing]);
    await waitForMore(log, filter, count - found().length, signal);
  }
  const [entries, last] = [found(), log.last()];
  const page = entries.slice(0, limit);
  return ok({ entries: page, next: page.length < entries.length ? page.at(-1)?.n : last });
};

/** GET log/count: how many entries fit, in all and by operation. */
export const countLog: ControlCall = ({ log }, { query }) => {
  const { after, ...filter } = readQuery(CountQuery, query);
  const entries = log.after(after).filter((entry) => fits(filter, entry));
  const operations = Object.groupBy(entries, ({ operation }) => operation);
  const counts = Object.entries(operations).map(([operation, some = []]) => [operation, some.length]);
  return ok({ count: entries.length, operations: Object.fromEntries(counts) });
};
