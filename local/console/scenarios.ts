import type { Service } from '../../src/lib/operations/operation.ts';

/** A scenario that one click runs: the failure that is simulated, what is sent, and how it must end. */
export interface Scenario {
  name: string;
  title: string;
  /** The title for narrow places. */
  short: string;
  /** What will happen. It is shown beforehand. */
  about: string;
  /** The switch for a failure, and how often it occurs. */
  fault?: { name: string; times: number };
  /** How often the same change is sent. */
  sends: number;
  change: ScenarioChange;
  expected: { outcome: string; received: number; applied: number; confirmedBy?: string };
}

/** The change that is sent, and the state of its task. */
interface ScenarioChange {
  type: string;
  service: Service;
  state: string;
  body: Record<string, unknown>;
}

const dcs = (mode: string): ScenarioChange => ({
  type: 'migration.dcs.migration-task.update',
  service: 'dcs',
  state: 'FULLMIGRATING',
  body: { resume_mode: mode },
});
const AUTO = dcs('auto');
/** This change uses another function than the others, so that the end of that process disturbs none of them. */
const RENAME: ScenarioChange = {
  type: 'migration.sms.task.update',
  service: 'sms',
  state: 'READY',
  body: { name: 'web-3-renamed', speed_limit: 200 },
};
const once = (more: object = {}) => ({ outcome: 'succeeded', received: 1, applied: 1, ...more });
/** The defaults of a scenario. */
const USUAL = { sends: 1, change: AUTO, expected: once() };

/** The scenarios that show what the relay is for. */
export const SCENARIOS: readonly Scenario[] = [
  {
    ...USUAL,
    name: 'plain',
    title: 'A plain change',
    short: 'Plain',
    about: 'Sent once, called once, confirmed by the reply.',
    expected: once({ confirmedBy: 'reply' }),
  },
  {
    ...USUAL,
    name: 'twice',
    title: 'The same change twice',
    short: 'Twice',
    about: 'A producer repeats itself. One call, and the same result twice.',
    sends: 2,
  },
  {
    ...USUAL,
    name: 'reply-lost',
    title: 'The reply is lost',
    short: 'Reply lost',
    about: 'The provider applies the change, then the connection breaks. The task is read back.',
    fault: { name: 'reset-after-apply', times: 1 },
    expected: once({ confirmedBy: 'read-back' }),
  },
  {
    ...USUAL,
    name: 'busy',
    title: 'Busy, then fine',
    short: 'Busy',
    about: 'The provider says twice that it is busy. The change waits and is sent again.',
    fault: { name: 'busy', times: 2 },
    expected: { outcome: 'succeeded', received: 3, applied: 1, confirmedBy: 'reply' },
  },
  {
    ...USUAL,
    name: 'wrong',
    title: 'A wrong change',
    short: 'Wrong',
    about: 'A field has a value that the manual does not know. Refused without a call.',
    change: dcs('sometimes'),
    expected: { outcome: 'rejected', received: 0, applied: 0 },
  },
  {
    ...USUAL,
    name: 'killed',
    title: 'Killed in mid-call',
    short: 'Killed',
    about: 'The function is killed while its request is under way. Another one reads before it acts.',
    fault: { name: 'kill-mid-call', times: 1 },
    change: RENAME,
    expected: once({ confirmedBy: 'read-back' }),
  },
  {
    ...USUAL,
    name: 'nobody-can-tell',
    title: 'Nobody can tell',
    short: 'Unknown',
    about: 'No reply comes, and the provider denies the task when it is read. You look, and say what you found.',
    fault: { name: 'nobody-can-tell', times: 1 },
    expected: { outcome: 'unknown', received: 1, applied: 1 },
  },
  {
    ...USUAL,
    name: 'dead-letter',
    title: 'A dead letter',
    short: 'Dead letter',
    about: 'The ledger does not answer. Three deliveries fail, the others are skipped here; then you put it back.',
    fault: { name: 'dead-letter', times: 1 },
    expected: { outcome: 'dead', received: 0, applied: 0 },
  },
];
