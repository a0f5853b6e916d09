import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import type { KnownChange } from '../../src/console/known.ts';
import type { CallsOf } from '../../src/console/provider-side.ts';
import { agreementOf } from '../../src/operator/story/provider-side.ts';
import type { FaultBoard } from './fault-board.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import type { Sender } from './sending.ts';

/** The state of a scenario that was started. */
export interface ScenarioRun {
  scenario: string;
  key: string;
  ref: string;
  state: 'running' | 'as expected' | 'not as expected';
  expected: string;
  got?: string;
}

/** The parts of the console that a scenario needs. */
export interface ScenarioParts {
  send: Sender;
  faults: FaultBoard;
  /** Gives the key of a change that was sent, and no longer counts it among the samples of the start. */
  adopt(text: string): string;
  find(key: string): KnownChange | undefined;
  calls: CallsOf;
  /** Reads the new entries of the simulator's log. */
  readSimulatorLog(): Promise<void>;
}

const DEADLINE = 60_000;
const MAX_RUNS = 60;

/** Runs scenarios, also several at a time, and keeps how the last ones ended. */
export function createScenarioRuns(findParts: () => ScenarioParts | undefined, clock: () => number = Date.now) {
  const runs: ScenarioRun[] = [];
  let count = 0;

  const finish = async (scenario: Scenario, run: ScenarioRun, parts: ScenarioParts) => {
    const known = await waitForEnd(parts, run.key, scenario.sends);
    await parts.readSimulatorLog();
    run.got = known ? describeEnd(known, parts) : 'no result within a minute';
    run.state = run.got === run.expected ? 'as expected' : 'not as expected';
  };
  return {
    runs: () => runs,
    /** Sets the switch, sends, and gives the run, which continues by itself. Undefined if no scenario has this name. */
    async start(name: unknown): Promise<ScenarioRun | undefined> {
      const scenario = SCENARIOS.find((one) => one.name === name);
      const parts = findParts();
      if (!scenario || !parts) return undefined;
      count += 1;
      const task = randomUUID();
      const text = changeOf(scenario, task, count, clock());
      const key = parts.adopt(text);
      const { id } = JSON.parse(text) as { id: string };
      const expected = describeExpected(scenario);
      const run: ScenarioRun = { scenario: scenario.name, key, ref: id, state: 'running', expected };
      runs.unshift(run);
      runs.splice(MAX_RUNS);
      if (scenario.fault) await parts.faults.set(scenario.fault.name, { times: scenario.fault.times, task });
      await parts.send({
        text,
        via: 'queue',
        given: { service: scenario.change.service, state: scenario.change.state },
      });
      for (let sent = 1; sent < scenario.sends; sent += 1) await parts.send({ text, via: 'queue' });
      void finish(scenario, run, parts);
      return run;
    },
  };
}
export type ScenarioRuns = ReturnType<typeof createScenarioRuns>;

function changeOf({ name, change }: Scenario, task: string, count: number, now: number): string {
  const { type, service, body } = change;
  const data = { ...(service === 'dcs' && { project_id: DEFAULT_PROJECT_ID }), task_id: task, body };
  const event = {
    specversion: '1.0',
    id: `${name}-${count}`,
    source: '/console',
    type,
    time: new Date(now).toISOString(),
    data,
  };
  return JSON.stringify(event, undefined, 2);
}

/**
 * Waits until a scenario has ended: the bus accepted as many results as changes were sent and the functions wrote a line for
 * each, or the change is a dead letter.
 */
async function waitForEnd(parts: ScenarioParts, key: string, results: number): Promise<KnownChange | undefined> {
  for (let left = DEADLINE; left > 0; left -= 50) {
    const known = parts.find(key);
    if (known && (known.dead || hasResults(known, results))) return known;
    await wait(50, undefined, { ref: false });
  }
  return undefined;
}

const hasResults = ({ published, lines }: KnownChange, results: number) =>
  published >= results && lines.filter(({ message }) => message === 'change completed').length >= results;

const describe = (outcome: string, confirmedBy: string | undefined, received: number, applied: number, times: number) =>
  [
    outcome + (confirmedBy ? ` (${confirmedBy})` : ''),
    `provider received ${received}, applied ${applied}`,
    ...(times > 1 ? [`the same result ${times} times`] : []),
  ].join(' · ');

const describeExpected = ({ expected: { outcome, confirmedBy, received, applied }, sends }: Scenario) =>
  describe(outcome, outcome === 'succeeded' ? (confirmedBy ?? 'reply') : undefined, received, applied, sends);

function describeEnd(known: KnownChange, parts: ScenarioParts): string {
  const data = known.result?.data;
  const { received, applied } = agreementOf(parts.calls(known) ?? [], {});
  const confirmedBy = data?.outcome === 'succeeded' ? data.confirmed_by : undefined;
  return describe(known.dead ? 'dead' : (data?.outcome ?? 'none'), confirmedBy, received, applied, known.published);
}
