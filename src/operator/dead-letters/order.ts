import type { Message } from '@aws-sdk/client-sqs';
import type { ReplayEvent } from '../../contracts/operator-events.ts';
import { changeKey } from '../../lib/change/parse-record.ts';
import { cameBefore } from '../../lib/relay/sequence.ts';
import type { Clock } from '../clock.ts';
import { readPublished } from '../evidence/published.ts';
import type { Stage } from '../stage/stage.ts';
import { LOOK_BACK } from './dead-reasons.ts';
import type { IsOlder } from './forecast.ts';

/** A dead letter's place in its message group. */
export const placeOf = ({ Attributes: { SequenceNumber: arrival, MessageGroupId: group } = {} }: Message) => ({
  ...(arrival !== undefined && { arrival }),
  ...(group !== undefined && { group }),
});

type ReplayData = Pick<ReplayEvent['data'], 'change' | 'arrival' | 'group' | 'forecast'>;

/**
 * Knows which changes became dead letters before others of their task and have been put back since: in this run, and in
 * earlier runs by the events that they published. A change that was put back out of order proves nothing about the order.
 */
export function createOrder(stage: Stage, { now, signal }: Clock) {
  const putBack: ReplayData[] = [];
  let published: Promise<ReplayData[]> | undefined;
  const inEarlierRuns = () => {
    published ??= readPutBack(stage, now() - LOOK_BACK, signal);
    return published;
  };
  return {
    putBack(message: Message, change: ReplayData['change'], forecast: ReplayData['forecast']): void {
      putBack.push({ ...placeOf(message), forecast, change });
    },
    isOlderThan(message: Message): IsOlder {
      const wasBefore = ({ forecast, ...place }: ReplayData) =>
        forecast !== 'out-of-order' && cameBefore(place, placeOf(message));
      return async (key) =>
        [...putBack, ...(await inEarlierRuns())].some((one) => keyOf(one) === key && wasBefore(one));
    },
  };
}
export type Order = ReturnType<typeof createOrder>;

const keyOf = ({ change: { id = '', source = '' } }: ReplayData) => changeKey({ id, source });

async function readPutBack(stage: Stage, since: number, signal: AbortSignal): Promise<ReplayData[]> {
  const published = await readPublished(stage, { since, verb: 'replayed' }, signal);
  return published.flatMap(({ event: { data } }) => ('forecast' in data ? [data] : []));
}
