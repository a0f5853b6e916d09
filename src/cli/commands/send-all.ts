import { groupOf } from '../../lib/change/message.ts';
import type { JsonObject } from '../../lib/json/exact-json.ts';
import { readBefore, waitForResult } from '../../operator/evidence/waiting.ts';
import { OperatorError } from '../../operator/fault.ts';
import { storedResult } from '../../operator/stage/ledger-view.ts';
import { sendChange, type Way } from '../../operator/stage/sending.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import type { Story } from '../../operator/story/story.ts';
import { suggestion } from '../../operator/suggestion.ts';
import type { ValidInput } from '../input/change-input.ts';
import type { DoneFile } from '../input/done-file.ts';
import { createTurns } from '../input/turns.ts';
import { type EndedChange, endJson, endLines, endRow } from '../reports/outcome-view.ts';
import type { Session } from '../session.ts';
import { EXIT, exitOf } from '../terminal/exit-codes.ts';

/** Changes to send, and until when to wait for their results. If `until` is undefined, it does not wait. */
interface SendPlan {
  stage: Stage;
  valid: ValidInput[];
  way: Way;
  done: DoneFile;
  until: number | undefined;
  /** Attributes that are added to every change. */
  more?: JsonObject;
}

/** The number of changes that are sent at the same time. In the relay, those of one task wait for each other. */
const MAX_CONCURRENT = 20;

/** Sends all changes, reports each as it ends, and returns the worst of their exit codes. */
export async function sendEach(session: Session, plan: SendPlan): Promise<number> {
  const { screen } = session;
  const ends = await sendAll(session, plan);
  const isOne = plan.valid.length === 1;
  screen.print({
    text: (paint) =>
      ends.flatMap((ended) => (isOne ? endLines(ended, paint) : [`${ended.id}  ${endLines(ended, paint)[0]}`])),
    rows: ends.map(endRow),
    json: { items: ends.map(endJson), next: null },
  });
  const warning = plan.done.warning();
  if (warning) screen.warn(warning);
  const [only] = ends;
  if (isOne && only) screen.sayNext(suggestion('status', [only.id]));
  return plan.until === undefined ? EXIT.done : worst(ends);
}

/** How many changes were sent and have ended. */
interface Progress {
  inTurn: ReturnType<typeof createTurns>;
  sent: number;
  ends: EndedChange[];
}

/** Sends the changes of one task one after the other, in the order of the file, and tasks side by side. */
async function sendAll(session: Session, plan: SendPlan): Promise<EndedChange[]> {
  const count = plan.valid.length;
  const progress: Progress = { inTurn: createTurns(), sent: 0, ends: [] };
  const { ends } = progress;
  const queue = plan.valid.values();
  let hasFailed = false;
  const work = async () => {
    for (const one of queue) {
      // If every result comes at once, nothing waits, so an interrupt would not be noticed elsewhere.
      session.io.signal.throwIfAborted();
      // Nothing is awaited from here until the turn is taken, so that turns keep the order of the file.
      const ended = await sendOne(session, plan, one, progress);
      ends.push(ended);
      if (hasFailed) break;
      if (count > 1) showProgress(session, ended, ends.length, count);
    }
  };
  const workers = Array.from({ length: Math.min(MAX_CONCURRENT, count) }, () =>
    work().catch((error: unknown) => {
      hasFailed = true;
      throw error;
    }),
  );
  try {
    await Promise.all(workers);
  } catch (error) {
    throw session.io.signal.aborted ? interrupted(plan, progress) : error;
  }
  return ends;
}

function showProgress({ screen }: Session, { id, result }: EndedChange, ended: number, count: number): void {
  const state = result?.data.outcome ?? 'pending';
  screen.progress(`… ${ended} of ${count} done, last ${id} ${state}`, `${id} ${state}`);
}

/** An interrupt takes nothing back, so the error says how many changes were sent. */
function interrupted({ valid }: SendPlan, { sent, ends }: Progress): OperatorError {
  const message = `interrupted: ${sent} of ${valid.length} sent, ${ends.length} ended`;
  const fix =
    valid.length > 1
      ? 'run the same command again; it continues where it stopped'
      : suggestion('status', [valid[0]?.change.event.id ?? '']);
  return new OperatorError('interrupted', 'interrupted', [{ message, fix }]);
}

async function sendOne(
  session: Session,
  plan: SendPlan,
  { input, change }: ValidInput,
  progress: Progress,
): Promise<EndedChange> {
  const { io, screen } = session;
  const { stage, way, until, done } = plan;
  const { id, source } = change.event;
  const isSingle = plan.valid.length === 1;
  if (isSingle) screen.say(`✓ valid      ${change.operation.change} · task ${change.subject.id}`);
  const at = io.now();
  const sent = await progress.inTurn(groupOf(change.subject), async () => {
    const before = await readBefore(stage, { id, source }, at);
    await sendChange(stage, change, way, plan.more);
    progress.sent += 1;
    return before;
  });
  if (isSingle) screen.say(`✓ ${way.via === 'queue' ? 'queued' : 'posted'}     ${id} · stage ${stage.name}`);
  const say = ({ state, sentence, attempts }: Story) =>
    screen.progress(`… ${state.padEnd(12)} ${sentence}`, `… ${state.padEnd(12)} ${id}, attempt ${attempts}`);
  const result = until === undefined ? undefined : await waitForResult(stage, sent, until, io, say);
  const repeated = result !== undefined && storedResult(sent.before)?.id === result.id;
  const ended = { id, source, result, took: io.now() - at, repeated };
  await done.add(input.text, ended);
  return ended;
}

/** The exit code for all changes together: unknown before a bad outcome, a bad outcome before pending. */
function worst(ends: EndedChange[]): number {
  const codes = ends.map(({ result }) => (result ? exitOf(result.data.outcome) : EXIT.pending));
  return [EXIT.unknown, EXIT.ended, EXIT.pending].find((code) => codes.includes(code)) ?? EXIT.done;
}
