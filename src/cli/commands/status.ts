import { setTimeout as sleep } from 'node:timers/promises';
import { gather } from '../../operator/evidence/gather.ts';
import type { Evidence } from '../../operator/story/evidence.ts';
import { type Story, storyOf, storyOfUnseen } from '../../operator/story/story.ts';
import { readDuration, readSince } from '../input/option-values.ts';
import { storyReport } from '../reports/story-view.ts';
import type { Run, Session } from '../session.ts';
import { EXIT, exitOf } from '../terminal/exit-codes.ts';

interface Options {
  source?: string;
  wait?: boolean;
  timeout: string;
  since: string;
}

/** Shows the story of one change, now or once it has ended. */
export const status: Run<Options> = async (session, [id = ''], options) => {
  const { io, screen } = session;
  const since = readSince(options.since, io.now());
  const until = options.wait ? io.now() + readDuration('timeout', options.timeout) : 0;
  const query = { id, source: options.source, since };
  const { evidence, story } = await readUntil(session, query, until);
  screen.print(storyReport(evidence, story));
  if (!options.wait) return story.state === 'not seen' ? EXIT.broken : EXIT.done;
  return evidence.result ? exitOf(evidence.result.data.outcome) : EXIT.pending;
};

/** Reads what is known until the change has ended or the time is over. It waits for a change without a trace too. */
async function readUntil(
  session: Session,
  query: Parameters<typeof gather>[1],
  until: number,
): Promise<{ evidence: Evidence; story: Story }> {
  const { io, screen } = session;
  const stage = await session.stage();
  for (;;) {
    const evidence = await gather(stage, query, io.now(), io.signal);
    const story = storyOfUnseen(evidence, io.now() - query.since) ?? storyOf(evidence);
    if (evidence.result || io.now() >= until) return { evidence, story };
    screen.progress(`… ${story.state}  ${story.sentence}`, story.state);
    await sleep(stage.isLocal ? 200 : 2000, undefined, { signal: io.signal });
  }
}
