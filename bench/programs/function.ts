import { writeFileSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { batchOfTen, type Tasks } from '../changes.ts';

/** A number of batches of ten changes, one after the other. */
export interface Stage {
  batches: number;
  tasks: Tasks;
}

/** What a new process does with a function. */
export interface Plan {
  /** Path of the bundle. */
  bundle: string;
  stages: Stage[];
  /** The cgroup.procs file of the control group that the process joins after its init. */
  group?: string;
}

/** What a process measured in one stage. */
interface StageReport {
  /** Milliseconds of each batch. */
  batches: number[];
  /** Microseconds of processor time. */
  cpu: number;
  /** Bytes after a garbage collection. Zero if none can be requested. */
  memory: { heap: number; rss: number };
}

/** What a process measured. Times are milliseconds of the machine's monotonic clock. */
export interface Report {
  /** When the function's module was loaded. */
  ready: number;
  stages: StageReport[];
}

type Handler = (event: object, context: object) => Promise<{ batchItemFailures: unknown[] }>;

/** The file descriptor of the report, because stdout holds the function's log. */
const REPORT = 3;

const plan = JSON.parse(process.argv[2] ?? '') as Plan;
const { handler } = (await import(pathToFileURL(plan.bundle).href)) as { handler: Handler };
const ready = Number(process.hrtime.bigint()) / 1e6;

const context = {
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:bench',
  memoryLimitInMB: '512',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => 30_000,
};

async function timed(tasks: Tasks, event: object): Promise<number> {
  const begin = performance.now();
  const { batchItemFailures } = await handler(event, context);
  const took = performance.now() - begin;
  if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} changes (${tasks}) came back`);
  return took;
}

/** The events are made beforehand, so that making them is not measured. */
async function run({ batches: count, tasks }: Stage): Promise<StageReport> {
  const events = Array.from({ length: count }, () => batchOfTen(tasks));
  const before = process.cpuUsage();
  const batches: number[] = [];
  for (const event of events) batches.push(await timed(tasks, event));
  const { user, system } = process.cpuUsage(before);
  events.length = 0;
  return { batches, cpu: user + system, memory: memory() };
}

function memory(): StageReport['memory'] {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) return { heap: 0, rss: 0 };
  for (let times = 0; times < 3; times++) gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

if (plan.group !== undefined) writeFileSync(plan.group, String(process.pid));
const stages: StageReport[] = [];
for (const stage of plan.stages) stages.push(await run(stage));
writeSync(REPORT, JSON.stringify({ ready, stages } satisfies Report));
// Open connections would keep the process alive.
process.exit(0);
