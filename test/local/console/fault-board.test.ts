import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeadlyFaults } from '../../../local/console/deadly-faults.ts';
import { createFaultBoard } from '../../../local/console/fault-board.ts';
import { createPlatform } from '../../../local/console/platform.ts';
import type { ProviderEntry } from '../../../local/console/provider-calls.ts';
import { createSimulatorTap, type SimulatorTap } from '../../../local/console/simulator-tap.ts';
import { findSwitch, SWITCHES } from '../../../local/console/switches.ts';
import { type Simulator, startSimulator } from '../../../simulator/server.ts';
import type { KnownChange } from '../../../src/console/known.ts';

let simulator: Simulator;
let tap: SimulatorTap;
beforeAll(async () => {
  simulator = await startSimulator({ controlPort: 0 });
  tap = createSimulatorTap(simulator.controlUrl);
});
afterAll(() => simulator.close());

let refusals = 0;
const bus = {
  refuse: (times: number) => {
    refusals = times;
  },
  refusing: () => refusals,
};
const platform = createPlatform(() => ({ bus, workers: () => [], hurry: async () => {} }));
const board = createFaultBoard(() => tap, platform);
beforeEach(() => board.clear());

const call = (task = 't') => fetch(`${simulator.url}/v2/p/migration-task/${task}`, { method: 'PUT', body: '{}' });
/** A call that waits no longer than a fault needs to strike. */
const cutOff = () =>
  fetch(`${simulator.url}/v2/p/migration-task/t`, { method: 'PUT', body: '{}', signal: AbortSignal.timeout(300) });
const actives = async () => {
  await board.refresh();
  return board.active();
};

describe('a switch', () => {
  it.each(SWITCHES.map(({ name }) => name))(
    '%s is shown while it lasts, and is gone when all is well again',
    async (name) => {
      await board.set(name, { times: 2 });
      expect(await actives()).toEqual([expect.objectContaining({ title: findSwitch(name)?.title, left: 2 })]);
      await board.clear();
      expect(await actives()).toEqual([]);
      expect(await tap.faults()).toEqual([]);
    },
  );

  it('counts down with the calls it strikes, and leaves nothing behind', async () => {
    await board.set('throttled', { times: 2 });
    expect((await call()).status).toBe(429);
    expect(await actives()).toMatchObject([{ left: 1 }]);
    expect((await call()).status).toBe(429);
    expect(await actives()).toEqual([]);
    expect(await tap.faults()).toEqual([]);
    expect((await call()).status).not.toBe(429);
  });

  it('strikes one task only, if that is asked for', async () => {
    await board.set('throttled', { times: 1, task: 'one' });
    expect((await call('other')).status).not.toBe(429);
    expect((await call('one')).status).toBe(429);
  });

  it('strikes until it is switched off, if no number is given', async () => {
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

  it('counts seconds, for every task, and opens by itself', async () => {
    await board.set('connection-refused', { times: 1 });
    expect(await actives()).toMatchObject([{ left: 1, counts: 'seconds' }]);
    await expect(call()).rejects.toMatchObject(refused);
    await expect.poll(actives, { timeout: 3000 }).toEqual([]);
    expect((await call()).status).toBeGreaterThan(0);
  });

  it('holds until all is well again', async () => {
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
  it('is read once, however many ask at the same time', async () => {
    await tap.news();
    await call('counted');
    const read = await Promise.all([tap.news(), tap.news(), tap.news()]);
    const requests = read.flat().filter(({ kind }) => kind === 'received');
    expect(requests).toHaveLength(1);
  });
});

describe('a throttled ledger', () => {
  it('refuses functions for as long as one waits for it, and never the console itself', () => {
    platform.set('ledger-throttles', 1);
    expect(platform.throttles('console')).toBe(false);
    expect([platform.throttles('f'), platform.throttles('f')]).toEqual([true, true]);
    expect(platform.left('ledger-throttles')).toBe(0);
    platform.clear();
    expect(platform.throttles('f')).toBe(false);
  });
});

describe('a fault that ends a function', () => {
  it('ends it although the log tells of its strike only when the fault itself is used up and gone', () => {
    const killed: string[] = [];
    const deadly = createDeadlyFaults((service) => killed.push(service));
    const strike = { kind: 'fault', fault: 'fault-1', service: 'sms' } as ProviderEntry;
    deadly.add(['fault-1'], 1);
    deadly.watch([{ ...strike, kind: 'received' }, { ...strike, fault: 'fault-2' }, strike, strike]);
    expect(killed).toEqual(['sms']);
  });

  it('is still known when the board has looked at the faults in between', async () => {
    const killed: string[] = [];
    const other = createFaultBoard(() => tap, { ...platform, kill: (service) => void killed.push(service) });
    await tap.news();
    await other.set('kill-mid-call', { times: 1 });
    await expect(cutOff()).rejects.toThrow();
    await other.refresh();
    expect(await tap.faults()).toEqual([]);
    other.watch(await tap.news());
    expect(killed).toEqual(['dcs']);
  });
});

describe('a fault that strikes the readings after a call', () => {
  const read = async (task: string) => (await fetch(`${simulator.url}/v2/p/migration-task/${task}`)).json();
  const MISSING = expect.objectContaining({ error_code: 'DCS.4133' });

  it('leaves alone the readings before it and those of other tasks, and is shown by its switch', async () => {
    await board.set('nobody-can-tell', { times: 1 });
    expect(await read('t')).not.toEqual(MISSING);
    await expect(cutOff()).rejects.toThrow();
    expect(await actives()).toMatchObject([{ title: expect.stringMatching(/^readings, after: /), left: 1, task: 't' }]);
    expect(await read('other')).not.toEqual(MISSING);
    expect(await read('t')).toEqual(MISSING);
    expect(await read('t')).not.toEqual(MISSING);
    expect(await actives()).toEqual([]);
  });
});

describe('a message that is to die', () => {
  const known = (key: string, task: string) =>
    ({ key, change: { subject: { service: 'dcs', kind: 'migration-task', id: task } } }) as KnownChange;

  it('finds the ledger silent for its own row alone, three times, and then is hurried to its end', async () => {
    const hurried: unknown[] = [];
    const ground = { bus, workers: () => [], hurry: async (...message: unknown[]) => void hurried.push(message) };
    const doomed = createPlatform(() => ground);
    doomed.set('dead-letter', 1, 't');
    expect(doomed.dooms('m-0', known('change#0', 'other'), 'q')).toBe(false);
    for (const _ of [1, 2, 3]) {
      expect(doomed.dooms('m-1', known('change#1', 't'), 'q')).toBe(true);
      await doomed.returned(['m-1', 'm-0']);
    }
    expect(hurried).toEqual([
      ['q', 'm-1', 1],
      ['q', 'm-1', 0],
    ]);
    expect({ left: doomed.left('dead-letter'), dooms: doomed.dooms('m-2', known('change#2', 't'), 'q') }).toEqual({
      left: 1,
      dooms: false,
    });
    expect(['dcsChanges', 'local', 'console'].map((caller) => doomed.throttles(caller, '{"S":"change#1"}'))).toEqual([
      true,
      false,
      false,
    ]);
    expect(doomed.throttles('dcsChanges', '{"S":"change#0"}')).toBe(false);
    doomed.buried(['m-1']);
    expect({ left: doomed.left('dead-letter'), throttles: doomed.throttles('dcsChanges', '{"S":"change#1"}') }).toEqual(
      { left: 0, throttles: false },
    );
  });
});
