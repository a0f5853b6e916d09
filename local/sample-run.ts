import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { identityOf } from '../src/console/known.ts';
import { Result } from '../src/lib/relay/result-schema.ts';
import { putSubject } from '../src/operator/stage/simulator-tasks.ts';
import type { Sample } from './samples.ts';
import { createSimulatorControl, type SimulatorControl } from './simulator-control.ts';
import type { Stack } from './stack.ts';

/** The result of a sample, and how it differs from the expected one. */
export interface Verdict {
  sample: Sample;
  result?: Result;
  /** From sending to result, in milliseconds. */
  took: number;
  problems: string[];
}

/** Called during a run. */
interface Listener {
  verdict(verdict: Verdict): void;
  /** Called with a result that no sample waits for, also after the run. */
  result(result: Result): void;
}

/** How long to wait for a second result of a change, in milliseconds. It would come soon after the first. */
const WAIT_FOR_SURPLUS = 300;

/**
 * Sends every sample and waits for its result. Samples of one task or of one change are sent one after the other, in their
 * order; others in parallel. A sample without a result when the signal aborts has failed.
 */
export async function runSamples(
  stack: Stack,
  samples: Sample[],
  signal: AbortSignal,
  listener: Listener,
): Promise<Verdict[]> {
  const results = expectResults(stack, listener);
  const ends = new Map<string, Promise<unknown>>();
  const verdicts = samples.map((sample) => {
    const before = [ends.get(sample.group), ends.get(sample.key)];
    const verdict = Promise.all(before).then(async () => {
      const run = await runSample(stack, sample, results.next(sample.key), signal);
      listener.verdict(run);
      return run;
    });
    ends.set(sample.group, verdict).set(sample.key, verdict);
    return verdict;
  });
  const all = await Promise.all(verdicts);
  await wait(WAIT_FOR_SURPLUS);
  for (const { sample, problems } of all) {
    if (results.surplus.has(sample.key)) problems.push('more results than samples of this change');
  }
  return all;
}

async function runSample(stack: Stack, sample: Sample, next: Promise<Result>, signal: AbortSignal): Promise<Verdict> {
  const simulator = createSimulatorControl(stack.simulatorUrl);
  const { given, subject, text, group } = sample;
  if (given) await putSubject(stack.simulatorUrl, subject, given);
  const { next: logEnd } = await simulator.readLog(Number.MAX_SAFE_INTEGER);
  const start = performance.now();
  await stack.send(subject.service, text, group, randomUUID());
  const result = await Promise.race([next, aborted(signal)]);
  const took = performance.now() - start;
  if (!result) return { sample, took, problems: ['no result'] };
  const problems = differencesOf(sample, result, await countWrites(simulator, logEnd, subject.id));
  return { sample, result, took, problems };
}

/** Counts the requests about a subject, after a number of the simulator's log, that may change it. Some name it in their body. */
async function countWrites({ readLog }: SimulatorControl, after: number, id: string): Promise<number> {
  const { entries } = await readLog(after);
  const writes = entries.filter(({ kind, method }) => kind === 'received' && method !== 'GET');
  return writes.filter(({ path, body }) => path.split('/').includes(id) || body?.includes(`"${id}"`)).length;
}

function differencesOf(expected: Sample, { data }: Result, calls: number): string[] {
  const differ = (what: string, is: unknown, should: unknown) =>
    is === should ? [] : [`${what} is ${is ?? 'none'}, expected ${should ?? 'none'}`];
  return [
    ...differ('outcome', data.outcome, expected.outcome),
    ...(expected.code === undefined
      ? []
      : differ('code', 'error' in data ? data.error.code : undefined, expected.code)),
    ...differ('number of calls', calls, expected.calls),
    ...differ('ignored fields', listed(data.ignored_fields), listed(expected.ignored_fields)),
  ];
}

const listed = (fields: string[] | undefined) => fields?.toSorted().join(', ');

/** Gives each result to the sample of its change that has waited longest. A result that no sample waits for is reported. */
function expectResults(stack: Stack, listener: Listener) {
  const waiting = new Map<string, ((result: Result) => void)[]>();
  const surplus = new Set<string>();
  stack.onResult(({ detail }) => {
    const { data: result } = Result.safeParse(JSON.parse(detail));
    if (!result) return;
    const { key } = identityOf(result.data.change);
    const first = waiting.get(key)?.shift();
    if (first) return first(result);
    surplus.add(key);
    listener.result(result);
  });
  return {
    surplus,
    next(key: string): Promise<Result> {
      return new Promise((resolve) => waiting.set(key, [...(waiting.get(key) ?? []), resolve]));
    },
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
