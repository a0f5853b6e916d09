import { beforeAll, describe, expect, it } from 'vitest';
import { stageParameters } from '../../scripts/stage-parameters.ts';
import type { Reading } from '../../stand-ins/cloudwatch/alarm.ts';
import { invocation, type QueuedMessage, type QueueReading } from '../../stand-ins/cloudwatch/aws-metrics.ts';
import type { Sample } from '../../stand-ins/cloudwatch/metric-store.ts';
import { heartbeat, retried } from '../support/alarm-feeds.ts';
import { at, createNight, deployedAlarms, MINUTE, QUEUE_READINGS, queuesOf, READINGS } from '../support/alarm-night.ts';
import { partsOf, readPromises } from '../support/alarm-promises.ts';
// What the relay writes is read from stdout by captureLines.
import { compiledSample } from '../support/compiled.ts';
import { SAMPLES } from '../support/stages.ts';

const NIGHT = 8 * 60;
const times = (count: number, act: (n: number) => void) => Array.from({ length: count }, (_, n) => act(n));
const POLLED = ['dcs-changes.fifo', 'sms-changes.fifo'];
const EVERY_READING = QUEUE_READINGS.flatMap((queues) => READINGS.map((alarms) => ({ queues, alarms })));

let promiseOf: Awaited<ReturnType<typeof readPromises>>;
beforeAll(async () => {
  promiseOf = await readPromises();
});

describe.each(['staging', 'prod', 'prod-otc'])('an alarm on queues of stage %s', (stage) => {
  let alarms: Map<string, object>;
  beforeAll(async () => {
    alarms = deployedAlarms(await compiledSample(stage));
  }, 60_000);
  const one = (name: string) => new Map([[name, alarms.get(name) ?? {}]]);

  it('is quiet for a night in which the queues are polled and the functions succeed, as are all others', () => {
    for (const reading of EVERY_READING) {
      const night = createNight(alarms, reading.alarms);
      const queues = queuesOf(night, stage, reading.queues);
      night.pass(NIGHT, (time) => {
        for (const name of ['dcsChanges', 'smsChanges', 'webhook'])
          night.put(invocation(`migration-relay-${stage}-${name}`, time, false));
        for (const service of ['dcs', 'sms'] as const) night.putAll(at(time, [heartbeat({ stage, service })]));
        queues.minute(time, {}, POLLED);
      });
      expect({ reading, texts: night.texts() }).toEqual({ reading, texts: [] });
      // Nobody has ever called a dead-letter queue.
      const unknown = [...alarms.keys()].filter((name) => night.state(name) === 'INSUFFICIENT_DATA');
      expect(unknown).toEqual([...alarms.keys()].filter((name) => name.includes('DeadLetters')));
    }
  });

  /** A dead letter that somebody looks at, then nobody for a night, and that is gone at last. */
  const letLie = (name: string, reading: { alarms: Reading; queues: QueueReading }) => {
    const { service, what } = partsOf(name);
    const queue = what === 'ResultsDeadLetters' ? 'results-dead' : `${service}-changes-dead.fifo`;
    const night = createNight(one(name), reading.alarms);
    const queues = queuesOf(night, stage, reading.queues);
    const pass = (minutes: number, isSeen = (_minute: number) => false) =>
      night.pass(minutes, (time) => {
        const isInFlight = isSeen(Math.floor(time / MINUTE));
        queues.minute(time, { [queue]: [{ sentAt: 0, receives: 5, isInFlight }] });
      });
    night.pass(60);
    queues.accessed(queue);
    pass(promiseOf(name).within);
    const inTime = night.state(name);
    queues.accessed(queue);
    pass(10, (minute) => minute % 2 === 0);
    pass(NIGHT);
    const afterNight = night.state(name);
    queues.accessed(queue);
    night.pass(30, (time) => queues.minute(time, {}));
    return { inTime, afterNight, atLast: night.state(name), texts: night.texts() };
  };

  it('rings for a dead letter in the promised time, and until it is gone', () => {
    for (const name of [...alarms.keys()].filter((one) => one.includes('DeadLetters')))
      for (const reading of EVERY_READING)
        expect({ name, reading, ...letLie(name, reading) }).toEqual({
          ...{ name, reading, inTime: 'ALARM', afterNight: 'ALARM', atLast: 'OK' },
          texts: [`${name} ring`, `${name} end`],
        });
  });

  describe.each(stage === 'prod-otc' ? ['dcs' as const] : (['dcs', 'sms'] as const))(
    'for a change of %s',
    (service) => {
      const name = service === 'dcs' ? 'DcsOldestMessage' : 'SmsOldestMessage';
      const queue = `${service}-changes.fifo`;
      const limit = stageParameters(stage, SAMPLES).oldestMessageSeconds / 60;

      /** Runs a story by every reading, after an hour in which the polled queue was empty. */
      const tell = (story: (stage: ReturnType<typeof begin>) => void) => {
        for (const reading of EVERY_READING) {
          const began = begin(reading.alarms, reading.queues);
          story(began);
          began.expectTexts(reading);
        }
      };
      const begin = (reading: Reading, queueReading: QueueReading) => {
        const night = createNight(one(name), reading);
        const queues = queuesOf(night, stage, queueReading);
        const expected: string[] = [];
        const pass = (minutes: number, messages: QueuedMessage[] = [], samples: Sample[] = [], polled = [queue]) =>
          night.pass(minutes, (time) => {
            night.putAll(at(time, samples));
            queues.minute(time, { [queue]: messages }, polled);
          });
        pass(60);
        return {
          ...{ pass, now: night.now, reportsNothing: queueReading.reportsNothing },
          /** From here on, exactly these notices were sent. */
          expectTexts(where: unknown, ...texts: string[]): void {
            expected.push(...texts.map((text) => `${name} ${text}`));
            expect({ where, texts: night.texts() }).toEqual({ where, texts: expected });
          },
        };
      };

      it('rings when it has waited too long, not before, and ends when the queue is empty', () => {
        tell(({ pass, now, expectTexts }) => {
          const waiting = { sentAt: now(), receives: 0, isInFlight: false };
          pass(limit - 1, [waiting]);
          expectTexts('in time');
          pass(1 + promiseOf(name).within, [waiting]);
          expectTexts('too late', 'ring');
          pass(10);
          expectTexts('gone', 'end');
        });
      });

      it('rings if it ended too late, although the queue was empty soon after', () => {
        tell(({ pass, now, expectTexts }) => {
          pass(limit + 1, [{ sentAt: now(), receives: 0, isInFlight: false }]);
          pass(1);
          expectTexts('too late', 'ring');
        });
      });

      it.each([true, false])('ends while younger changes come and go (in flight: %s)', (isInFlight) => {
        tell(({ pass, now, expectTexts, reportsNothing }) => {
          pass(limit + 2, [{ sentAt: now(), receives: 0, isInFlight: false }]);
          expectTexts('too late', 'ring');
          const comeAndGo = () => {
            pass(2, [{ sentAt: now(), receives: 1, isInFlight }]);
            pass(1);
          };
          times(4, comeAndGo);
          // If SQS does not report that nothing is in flight, only five such minutes show it.
          pass(isInFlight && !reportsNothing ? 6 : 0);
          expectTexts('younger ones', 'end');
        });
      });

      it('rings until it has ended, however long it waits between two tries and whatever else is tried', async () => {
        const ages = [1000, limit * MINUTE - 1, limit * MINUTE];
        const [young, early, late] = await Promise.all(ages.map((age) => retried({ stage, service }, age)));
        tell(({ pass, now, expectTexts }) => {
          const old = { sentAt: now(), receives: 4, isInFlight: true };
          pass(1, [old], early);
          pass(30, [old]);
          expectTexts('tried a moment too early');
          pass(1, [old], late);
          expectTexts('tried too late', 'ring');
          for (let hour = 0; hour < 11; hour++) {
            pass(29, [old]);
            pass(1, [old], young);
            pass(30, [old, { ...old, sentAt: now(), receives: 1 }]);
          }
          expectTexts('the longest wait');
          pass(10);
          expectTexts('gone', 'end');
        });
      });

      it('rings on when nothing polls the queue any more, so that SQS says nothing', () => {
        tell(({ pass, now, expectTexts }) => {
          const waiting = { sentAt: now(), receives: 0, isInFlight: false };
          pass(NIGHT, [waiting], [], []);
          expectTexts('after a night', 'ring');
        });
      });

      it('is quiet while the queue is never empty, but each message ends in time', () => {
        tell(({ pass, now, expectTexts }) => {
          for (let minute = 0; minute < 120; minute++)
            pass(1, [{ sentAt: now(), receives: 1, isInFlight: minute % 3 > 0 }]);
          expectTexts('two hours');
        });
      });
    },
  );
});
