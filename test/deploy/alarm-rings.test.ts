import { beforeAll, describe, expect, it } from 'vitest';
import type { Reading } from '../../stand-ins/cloudwatch/alarm.ts';
import type { Sample } from '../../stand-ins/cloudwatch/metric-store.ts';
import { FEEDS, heartbeat, throttledRead } from '../support/alarm-feeds.ts';
import { at, createNight, deployedAlarms, type Night, READINGS } from '../support/alarm-night.ts';
import { type Promised, partsOf, readPromises } from '../support/alarm-promises.ts';
// What feeds an alarm is read from stdout by captureLines.
import { compiledSample } from '../support/compiled.ts';

const NIGHT = 8 * 60;

/** So many of them in the first minute of each five. */
function burst(night: Night, one: Sample[], rounds: number, amount: number): void {
  for (let round = 0; round < rounds; round++) {
    night.pass(1, (time) => {
      for (let n = 0; n < amount; n++) night.putAll(at(time, one));
    });
    night.pass(4);
  }
}

/** As many of them in each five minutes as ring, one after the other. */
function spread(night: Night, one: Sample[], { threshold, rounds }: Promised): void {
  const shareOf = (minute: number) => Math.ceil((threshold * minute) / 5);
  for (let minute = 0; minute < 5 * rounds; minute++) {
    const amount = shareOf((minute % 5) + 1) - shareOf(minute % 5);
    night.pass(1, (time) => {
      for (let n = 0; n < amount; n++) night.putAll(at(time, one));
    });
  }
}

describe.each(['dev', 'staging', 'prod', 'prod-otc'])('an alarm of stage %s', (stage) => {
  let alarms: Map<string, object>;
  let promised: Awaited<ReturnType<typeof readPromises>>;
  /** The alarms that count something, each with one of it. */
  let counted: { name: string; one: Sample[]; promised: Promised }[];
  beforeAll(async () => {
    const [promiseOf, template] = await Promise.all([readPromises(), compiledSample(stage)]);
    promised = promiseOf;
    alarms = deployedAlarms(template);
    counted = [];
    for (const name of alarms.keys()) {
      const { service, what } = partsOf(name);
      const one = await FEEDS[what]?.({ stage, service });
      if (one) counted.push({ name, one, promised: promiseOf(name) });
    }
  }, 60_000);

  /** Each alarm that counts, by each reading of the manual: a quiet hour, what `happen` does, and a night after it. */
  const tryEach = (happen: (night: Night, one: Sample[], promised: Promised) => void, delay = 0) =>
    counted.flatMap(({ name, one, promised }) =>
      READINGS.map((reading) => {
        const night = createNight(new Map([[name, alarms.get(name) ?? {}]]), reading, delay);
        night.pass(60);
        happen(night, one, promised);
        night.pass(NIGHT);
        return { which: { name, reading }, promised, night };
      }),
    );

  it('either counts something that this test knows, or watches a queue or heartbeats', () => {
    const others = [...alarms.keys()].filter((name) => !counted.some((one) => one.name === name));
    const each = stage === 'dev' ? ['DeadLetters', 'Silence'] : ['DeadLetters', 'OldestMessage', 'Silence'];
    const services = stage === 'prod-otc' ? ['Dcs'] : ['Dcs', 'Sms'];
    const known = ['ResultsDeadLetters', ...services.flatMap((service) => each.map((what) => service + what))];
    expect(others.toSorted()).toEqual(known.toSorted());
  });

  it('rings at the threshold that the runbook names, in its time and once, and ends within half an hour', () => {
    const happen = (night: Night, one: Sample[], { threshold, rounds }: Promised) =>
      burst(night, one, rounds, threshold);
    for (const { which, promised, night } of tryEach(happen, 2)) {
      expect({ ...which, texts: night.texts() }).toEqual({
        ...which,
        texts: [`${which.name} ring`, `${which.name} end`],
      });
      const [rung = 0, ended = 0] = night.notices().map(({ minute }) => minute - 60);
      expect({ ...which, late: Math.max(0, rung - promised.within) }).toEqual({ ...which, late: 0 });
      expect({ ...which, long: Math.max(0, ended - 5 * promised.rounds - 30) }).toEqual({ ...which, long: 0 });
    }
  });

  it('does not ring for one less', () => {
    const happen = (night: Night, one: Sample[], { threshold, rounds }: Promised) => {
      burst(night, one, rounds, threshold - 1);
      night.pass(2);
      if (threshold > 1) burst(night, one, rounds, 1);
    };
    for (const { which, night } of tryEach(happen))
      expect({ ...which, texts: night.texts() }).toEqual({ ...which, texts: [] });
  });

  it('does not ring for less than it needs in a row', () => {
    const happen = (night: Night, one: Sample[], { threshold, rounds }: Promised) => {
      burst(night, one, rounds - 1, threshold);
      night.pass(6);
      burst(night, one, rounds - 1, threshold);
    };
    for (const { which, night } of tryEach(happen))
      expect({ ...which, texts: night.texts() }).toEqual({ ...which, texts: [] });
  });

  it('rings if it happens over five minutes, and only once', () => {
    for (const { which, night } of tryEach(spread))
      expect({ ...which, texts: night.texts() }).toEqual({
        ...which,
        texts: [`${which.name} ring`, `${which.name} end`],
      });
  });

  it('is quiet for a night without any data, and knows it unless it watches a queue; only silence rings', () => {
    const [queued, others] = [true, false].map((isQueue) =>
      [...withoutSilence(alarms).keys()].filter((name) => /DeadLetters|OldestMessage/.test(name) === isQueue),
    );
    for (const reading of READINGS) {
      const night = createNight(withoutSilence(alarms), reading);
      night.pass(NIGHT);
      expect(night.texts()).toEqual([]);
      const statesOf = (names: string[] = []) => new Set(names.map((name) => night.state(name)));
      expect([statesOf(queued), statesOf(others)]).toEqual([new Set(['INSUFFICIENT_DATA']), new Set(['OK'])]);
    }
  });

  it('rings for throttled reads of the ledger as for writes, where the stage has this alarm', () => {
    expect(alarms.has('LedgerThrottles')).toBe(stage !== 'dev');
    for (const reading of READINGS) {
      const night = createNight(withoutSilence(alarms), reading);
      night.pass(60);
      night.putAll(at(night.now(), throttledRead({ stage, service: 'dcs' })));
      night.pass(60);
      expect(night.texts()).toEqual(stage === 'dev' ? [] : ['LedgerThrottles ring', 'LedgerThrottles end']);
    }
  });

  /** Heartbeats for a night, then none for the promised time, then one. The first of all comes ten minutes late. */
  const fallSilent = (name: string, reading: Reading) => {
    const night = createNight(new Map([[name, alarms.get(name) ?? {}]]), reading, 2);
    const one = heartbeat({ stage, service: partsOf(name).service });
    const beat = (count: number) => {
      for (let n = 0; n < count; n++) {
        night.pass(1, (time) => night.putAll(at(time, [one])));
        night.pass(9);
      }
    };
    night.pass(10);
    beat(6);
    const before = night.texts().length;
    beat(NIGHT / 10);
    const meanwhile = night.texts().length - before;
    night.pass(promised(name).within);
    const silent = night.state(name);
    beat(1);
    return { meanwhile, silent, after: night.state(name) };
  };

  it('rings for silence in the promised time after the last heartbeat, not while they come, and ends with the next', () => {
    for (const name of [...alarms.keys()].filter((one) => one.endsWith('Silence')))
      for (const reading of READINGS)
        expect({ name, reading, ...fallSilent(name, reading) }).toEqual({
          ...{ name, reading, meanwhile: 0, silent: 'ALARM', after: 'OK' },
        });
  });
});

const withoutSilence = (alarms: Map<string, object>) =>
  new Map([...alarms].filter(([name]) => !name.endsWith('Silence')));
