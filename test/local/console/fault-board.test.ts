import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFaultBoard } from '../../../local/console/fault-board.ts';
import { createPlatform } from '../../../local/console/platform.ts';
import { createSimulatorTap, type SimulatorTap } from '../../../local/console/simulator-tap.ts';
import { findSwitch, SWITCHES } from '../../../local/console/switches.ts';
import { type Simulator, startSimulator } from '../../../simulator/server.ts';

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
const platform = createPlatform(() => ({ bus, workers: () => [] }));
const board = createFaultBoard(() => tap, platform);
beforeEach(() => board.clear());

const call = (task = 't') => fetch(`${simulator.url}/v2/p/migration-task/${task}`, { method: 'PUT', body: '{}' });
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
