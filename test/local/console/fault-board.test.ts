import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFaultBoard } from '../../../local/console/fault-board.ts';
import { createKillFaults } from '../../../local/console/kill-faults.ts';
import { createPlatform } from '../../../local/console/platform.ts';
import { findSwitch, SWITCHES } from '../../../local/console/switches.ts';
import { createSimulatorControl, type SimulatorControl } from '../../../local/simulator-control.ts';
import type { Entry } from '../../../simulator/log.ts';
import { type Simulator, startSimulator } from '../../../simulator/server.ts';
import type { KnownChange } from '../../../src/console/known.ts';

let simulator: Simulator;
let tap: SimulatorControl;
beforeAll(async () => {
  simulator = await startSimulator({ controlPort: 0 });
  tap = createSimulatorControl(simulator.controlUrl);
});
afterAll(() => simulator.close());

let refusals = 0;
const bus = {
  refuse: (times: number) => {
    refusals = times;
  },
  refusing: () => refusals,
};
const platform = createPlatform(() => ({ bus, workers: () => [], skipDeliveries: async () => {} }));
const board = createFaultBoard(() => tap, platform);
beforeEach(() => board.clear());

const call = (task = 't') => fetch(`${simulator.url}/v2/p/migration-task/${task}`, { method: 'PUT', body: '{}' });
/** A call that waits no longer than a fault needs to occur. */
const cutOff = () =>
  fetch(`${simulator.url}/v2/p/migration-task/t`, { method: 'PUT', body: '{}', signal: AbortSignal.timeout(300) });
const actives = async () => {
  await board.refresh();
  return board.active();
};

describe('a switch', () => {
  it.each(SWITCHES.map(({ name }) => name))(
    '%s is shown while it is on, and disappears when all are off',
    async (name) => {
      await board.set(name, { times: 2 });
      expect(await actives()).toEqual([expect.objectContaining({ title: findSwitch(name)?.title, left: 2 })]);
      await board.clear();
      expect(await actives()).toEqual([]);
      expect(await tap.faults()).toEqual([]);
    },
  );

  it('counts down with its calls, and leaves nothing behind', async () => {
    await board.set('throttled', { times: 2 });
    expect((await call()).status).toBe(429);
    expect(await actives()).toMatchObject([{ left: 1 }]);
    expect((await call()).status).toBe(429);
    expect(await actives()).toEqual([]);
    expect(await tap.faults()).toEqual([]);
    expect((await call()).status).not.toBe(429);
  });

  it('affects only one task if a task is given', async () => {
    await board.set('throttled', { times: 1, task: 'one' });
    expect((await call('other')).status).not.toBe(429);
    expect((await call('one')).status).toBe(429);
  });

  it('lasts until it is switched off if no number is given', async () => {
    await board.set('throttled', {});
    for (const _ of [1, 2, 3]) expect((await call()).status).toBe(429);
    expect(await actives()).toMatchObject([{ left: null }]);
  });

  it('that another program set at the simulator is shown too', async () => {
    await tap.addFault({ status: 500, calls: 3 });
    expect(await actives()).toMatchObject([{ title: expect.stringContaining('another program'), left: 3 }]);
  });
});

describe('the switch that refuses connections', () => {
  const refused = { cause: { code: 'ECONNREFUSED' } };

  it('counts seconds, for every task, and switches itself off', async () => {
    await board.set('connection-refused', { times: 1 });
    expect(await actives()).toMatchObject([{ left: 1, counts: 'seconds' }]);
    await expect(call()).rejects.toMatchObject(refused);
    await expect.poll(actives, { timeout: 3000 }).toEqual([]);
    expect((await call()).status).toBeGreaterThan(0);
  });

  it('lasts until all are switched off', async () => {
    await board.set('connection-refused', {});
    expect(await actives()).toMatchObject([{ left: null, counts: 'seconds' }]);
    await board.clear();
    await expect
      .poll(() =>
        call().then(
          ({ status }) => status > 0,
          () => false,
        ),
      )
      .toBe(true);
  });

  it('is shown with its seconds when another program set it', async () => {
    await tap.addFault({ refuse_ms: 5000 });
    expect(await actives()).toMatchObject([{ left: 5, counts: 'seconds' }]);
  });
});

describe('the simulator’s log', () => {
  it('is read once, however many readers there are at the same time', async () => {
    await tap.newEntries();
    await call('counted');
    const read = await Promise.all([tap.newEntries(), tap.newEntries(), tap.newEntries()]);
    const requests = read.flat().filter(({ kind }) => kind === 'received');
    expect(requests).toHaveLength(1);
  });
});

describe('a throttled ledger', () => {
  it('does not answer functions until the fault ends, but always answers the console itself', () => {
    platform.set('ledger-throttles', 1);
    expect(platform.throttles('console')).toBe(false);
    expect([platform.throttles('f'), platform.throttles('f')]).toEqual([true, true]);
    expect(platform.left('ledger-throttles')).toBe(0);
    platform.clear();
    expect(platform.throttles('f')).toBe(false);
  });
});

describe('a fault that ends a function', () => {
  it('ends it, although the fault was used up before the log showed it', () => {
    const killed: string[] = [];
    const deadly = createKillFaults((service) => killed.push(service));
    const use = { kind: 'fault', fault: 'fault-1', service: 'sms' } as Entry;
    deadly.add(['fault-1'], 1);
    deadly.watch([{ ...use, kind: 'received' }, { ...use, fault: 'fault-2' }, use, use]);
    expect(killed).toEqual(['sms']);
  });

  it('is still known when the board has read the faults in between', async () => {
    const killed: string[] = [];
    const other = createFaultBoard(() => tap, { ...platform, kill: (service) => void killed.push(service) });
    await tap.newEntries();
    await other.set('kill-mid-call', { times: 1 });
    await expect(cutOff()).rejects.toThrow();
    await other.refresh();
    expect(await tap.faults()).toEqual([]);
    other.watch(await tap.newEntries());
    expect(killed).toEqual(['dcs']);
  });
});

describe('a fault of the reads after a call', () => {
  const read = async (task: string) => (await fetch(`${simulator.url}/v2/p/migration-task/${task}`)).json();
  const MISSING = expect.objectContaining({ error_code: 'DCS.4133' });

  it('does not affect reads before it and those of other tasks, and is shown by its switch', async () => {
    await board.set('nobody-can-tell', { times: 1 });
    expect(await read('t')).not.toEqual(MISSING);
    await expect(cutOff()).rejects.toThrow();
    expect(await actives()).toMatchObject([{ title: expect.stringMatching(/^reads, after: /), left: 1, task: 't' }]);
    expect(await read('other')).not.toEqual(MISSING);
    expect(await read('t')).toEqual(MISSING);
    expect(await read('t')).not.toEqual(MISSING);
    expect(await actives()).toEqual([]);
  });
});

describe('a message that is to become a dead letter', () => {
  const known = (key: string, task: string) =>
    ({ key, change: { subject: { service: 'dcs', kind: 'migration-task', id: task } } }) as KnownChange;

  it('gets no answer of the ledger for its own row three times, and then its other deliveries are skipped', async () => {
    const skipped: unknown[] = [];
    const parts = {
      bus,
      workers: () => [],
      skipDeliveries: async (...message: unknown[]) => void skipped.push(message),
    };
    const failing = createPlatform(() => parts);
    failing.set('dead-letter', 1, 't');
    expect(failing.makesDeadLetter('m-0', known('change#0', 'other'), 'q')).toBe(false);
    for (const _ of [1, 2, 3]) {
      expect(failing.makesDeadLetter('m-1', known('change#1', 't'), 'q')).toBe(true);
      await failing.returned(['m-1', 'm-0']);
    }
    expect(skipped).toEqual([
      ['q', 'm-1', 1],
      ['q', 'm-1', 0],
    ]);
    expect({
      left: failing.left('dead-letter'),
      makesDeadLetter: failing.makesDeadLetter('m-2', known('change#2', 't'), 'q'),
    }).toEqual({
      left: 1,
      makesDeadLetter: false,
    });
    expect(['dcsChanges', 'local', 'console'].map((caller) => failing.throttles(caller, '{"S":"change#1"}'))).toEqual([
      true,
      false,
      false,
    ]);
    expect(failing.throttles('dcsChanges', '{"S":"change#0"}')).toBe(false);
    failing.forgetDeadLetters(['m-1']);
    expect({
      left: failing.left('dead-letter'),
      throttles: failing.throttles('dcsChanges', '{"S":"change#1"}'),
    }).toEqual({ left: 0, throttles: false });
  });
});
