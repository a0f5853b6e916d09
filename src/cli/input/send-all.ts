import type { Accepted } from '../../lib/change/examine.ts';
import type { JsonObject } from '../../lib/change/json.ts';
import type { Session } from '../session.ts';
import { sendChange, type Way } from '../stage/sending.ts';
import type { Stage } from '../stage/stage.ts';
import { lookBefore, waitForResult } from '../stage/waiting.ts';
import { type Ended, endJson, endLines, endRow } from '../story/outcome-view.ts';
import { EXIT, exitOf } from '../terminal/exit-codes.ts';
import { CliFault } from '../terminal/fault.ts';
import type { Given } from './change-input.ts';
import type { DoneFile } from './done-file.ts';

/** Changes to send, and until when to wait for their results; undefined: not at all. */
export interface Load {
  stage: Stage;
  valid: { given: Given; order: Accepted }[];
  way: Way;
  done: DoneFile;
  until: number | undefined;
  /** Attributes that go along with every change. */
  more?: JsonObject;
}

/** How many changes are under way at once; those of one task wait for each other in the relay. */
const SIDE_BY_SIDE = 20;

/** Sends all, says how each ends as it ends, and gives the exit code: the worst of all ends. */
export async function carryAll(session: Session, load: Load): Promise<number> {
  const { screen } = session;
  const ends: Ended[] = [];
  const isOne = load.valid.length === 1;
  const queue = load.valid.values();
  const work = async () => {
    for (const one of queue) {
      const ended = await carry(session, load, one, isOne);
      ends.push(ended);
      if (isOne) continue;
      const state = ended.result?.data.outcome ?? 'pending';
      screen.progress(
        `… ${ends.length} of ${load.valid.length} done, last ${ended.id} ${state}`,
        `${ended.id} ${state}`,
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, load.valid.length) }, work));
  } catch (error) {
    throw session.io.signal.aborted ? interrupted(load, ends, [...queue].length) : error;
  }
  screen.print({
    text: (paint) =>
      ends.flatMap((ended) => (isOne ? endLines(ended, paint) : [`${ended.id}  ${endLines(ended, paint)[0]}`])),
    rows: ends.map(endRow),
    json: { items: ends.map(endJson), next: null },
  });
  const [only] = ends;
  if (isOne && only) screen.say(`Next: relay status ${only.id}`, 'dim');
  return load.until === undefined ? EXIT.done : worst(ends);
}

/** What was sent is said, since an interrupt takes nothing back. */
function interrupted({ valid }: Load, ends: Ended[], left: number): CliFault {
  const message = `interrupted: ${valid.length - left} of ${valid.length} sent, ${ends.length} ended`;
  const fix =
    valid.length > 1 ? 'the same command goes on where it stopped' : `relay status ${valid[0]?.order.change.id}`;
  return new CliFault('interrupted', EXIT.interrupted, [{ message, fix }]);
}

async function carry(
  session: Session,
  load: Load,
  { given, order }: Load['valid'][number],
  aloud: boolean,
): Promise<Ended> {
  const { io, screen } = session;
  const { stage, way, until, done } = load;
  const { id, source } = order.change;
  if (aloud) screen.say(`✓ valid      ${order.operation.change} · task ${order.task.task_id}`);
  const at = io.now();
  const sent = await lookBefore(stage, { id, source }, at);
  await sendChange(stage, order, way, load.more);
  if (aloud) screen.say(`✓ ${way.via === 'queue' ? 'queued' : 'posted'}     ${id} · stage ${stage.name}`);
  const result = until === undefined ? undefined : await waitForResult(session, stage, sent, until);
  const ended = { id, source, result, took: io.now() - at };
  await done.add(given.text, ended);
  return ended;
}

/** Unknown asks for a person, pending for patience; a bad end is worse than both only for scripts that look closer. */
function worst(ends: Ended[]): number {
  const codes = ends.map(({ result }) => (result ? exitOf(result.data.outcome) : EXIT.pending));
  return [EXIT.unknown, EXIT.ended, EXIT.pending].find((code) => codes.includes(code)) ?? EXIT.done;
}
