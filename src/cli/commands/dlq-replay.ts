import type { DeadLetter } from '../../operator/dead-letters/dead-letters.ts';
import { mayOnlyOutOfOrder, replay as replayDeadLetters } from '../../operator/dead-letters/replay.ts';
import { OperatorError, usage } from '../../operator/fault.ts';
import { pluralize } from '../../operator/story/wording.ts';
import { readCount } from '../input/option-values.ts';
import { groupsOf, replayReport, replaySum } from '../reports/replay-report.ts';
import type { Run } from '../session.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';

interface Options {
  all?: boolean;
  reason?: string;
  limit?: string;
  outOfOrder?: boolean;
  dryRun?: boolean;
}

/**
 * Puts dead letters back into their queue. It shows what the relay will do with each, sends it to the queue, and then
 * deletes it.
 */
export const replay: Run<Options> = async (session, ids, { all, reason, limit, outOfOrder, dryRun: isDry = false }) => {
  const { io, screen } = session;
  const isAll = ids.length === 0;
  if (isAll && !all) throw usage('name the dead letters, or add --all', { fix: 'relay dlq list' });
  const limitOption = limit === undefined ? {} : { limit: readCount('limit', limit) };
  const stage = await session.stage();
  const done = await replayDeadLetters(stage, { ids, reason, outOfOrder, isDry, ...limitOption }, io, {
    onForecast(able, unable) {
      for (const { name, text } of groupsOf(unable)) screen.say(`- refused  ${name}: the relay would ${text}`, 'dim');
      for (const { name, text } of groupsOf(able)) screen.say(`  ${name}: the relay will ${text}`);
    },
    confirm: (count, total) =>
      confirmWrite(
        screen,
        stage,
        isAll
          ? `puts back the dead letters that can be replayed, of ${total}`
          : `puts back ${pluralize(count, 'dead letter')}`,
      ),
  });
  const [refused, ...others] = done.refused;
  if (!isAll && done.able.length === 0 && refused) throw refusal(refused, ...others);
  screen.print(replayReport(done, isDry, isAll));
  if (!io.out.isTTY) screen.say(replaySum(done, isDry, isAll));
  return EXIT.done;
};

function refusal(first: DeadLetter, ...rest: DeadLetter[]): OperatorError {
  const diagnostic = ({ id, forecast }: DeadLetter) => ({
    message: `replaying ${id} does not help`,
    why: `the relay would ${forecast.text}`,
    fix: mayOnlyOutOfOrder(forecast)
      ? 'look at the task, then --out-of-order'
      : 'send a corrected change under a new id',
  });
  return new OperatorError('replay_refused', 'broken', [diagnostic(first), ...rest.map(diagnostic)]);
}
