import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CoolDown, createCredentialGate, type Permit } from '../../../src/lib/provider/credential-gate.ts';
import type { Verdict } from '../../../src/lib/provider/credential-verdict.ts';
import type { BreakerRow, BreakerStore } from '../../../src/lib/relay/breaker-store.ts';

const NOW = Date.UTC(2026, 0, 1);
const TIMES = { minDelay: 60_000, maxDelay: 900_000, probe: 20_000 };

/** A gate over a store that returns each row in turn, the last one again and again, and records its calls. */
function gateBefore(rows: (BreakerRow | undefined | Error)[], { canProbe = true, times = TIMES } = {}) {
  const asked: string[] = [];
  let reads = 0;
  const store: BreakerStore = {
    read: async (name) => {
      asked.push(`read ${name}`);
      const row = rows[Math.min(reads++, rows.length - 1)];
      if (row instanceof Error) throw row;
      return row;
    },
    fail: async (name, until) => {
      asked.push(`fail ${name} until ${until - NOW}`);
      return { failures: 1, until };
    },
    tryProbe: async (name, now, until) => {
      asked.push(`take ${name} at ${now - NOW} until ${until - NOW}`);
      return canProbe;
    },
    release: async (name, now, until) => void asked.push(`release ${name} to ${now - NOW} from ${until - NOW}`),
    clear: async (name) => void asked.push(`clear ${name}`),
  };
  const time = { now: NOW };
  return { gate: createCredentialGate(store, times, () => time.now), asked, time, store };
}

async function report(given: Permit | CoolDown, verdict: Verdict): Promise<void> {
  if ('wait' in given) expect.unreachable(`to wait ${given.wait}`);
  await given.report(verdict);
}
const waitOf = (given: Permit | CoolDown) => ('wait' in given ? given.wait : 'none');
/** True if a promise has ended after everything that needs no time is done. */
const isSettled = async (promise: Promise<unknown>) => {
  let completed = false;
  promise.then(
    () => {
      completed = true;
    },
    () => {},
  );
  await new Promise((resolve) => setTimeout(resolve, 10));
  return completed;
};

describe('a credential without a row', () => {
  it('is probed, and used without another read once it was accepted', async () => {
    const { gate, asked } = gateBefore([undefined]);
    await report(await gate('a'), 'accepted');
    await report(await gate('a'), 'accepted');
    expect(asked).toEqual(['read a', 'take a at 0 until 20000', 'clear a']);
  });

  it('is released after a probe that shows nothing, and probed again', async () => {
    const { gate, asked } = gateBefore([undefined]);
    const steps = ['read a', 'take a at 0 until 20000', 'release a to 0 from 20000'];
    await report(await gate('a'), 'unknown');
    expect(asked).toEqual(steps);
    await report(await gate('a'), 'unknown');
    expect(asked).toEqual([...steps, ...steps]);
  });

  it('is independent of another one', async () => {
    const { gate } = gateBefore([undefined]);
    await report(await gate('a'), 'refused');
    expect(waitOf(await gate('b'))).toBe('none');
  });
});

describe('a refusal', () => {
  it.each([
    [undefined, 60_000],
    [{ failures: 0, until: 0 }, 60_000],
    [{ failures: 2, until: 0 }, 240_000],
    [{ failures: 9, until: 0 }, 900_000],
  ])('after %j blocks the credential for %i ms', async (row, milliseconds) => {
    const { gate, asked, time } = gateBefore([{ failures: 0, until: 0 }, row]);
    await report(await gate('a'), 'refused');
    expect(asked).toEqual(['read a', 'read a', `fail a until ${milliseconds}`]);
    time.now += milliseconds - 1;
    expect(await gate('a')).toEqual({ wait: 1 });
    expect(asked).toHaveLength(3);
    time.now += 1;
    expect(waitOf(await gate('a'))).toBe('none');
  });

  it('is not counted if the verdict is unknown and the credential was accepted before', async () => {
    const { gate, asked } = gateBefore([{ failures: 0, until: 0 }]);
    await report(await gate('a'), 'accepted');
    await report(await gate('a'), 'unknown');
    await report(await gate('a'), 'accepted');
    expect(asked).toEqual(['read a', 'clear a']);
  });

  it('of a credential that was accepted before counts', async () => {
    const { gate, asked } = gateBefore([{ failures: 0, until: 0 }]);
    await report(await gate('a'), 'accepted');
    await report(await gate('a'), 'refused');
    expect(asked.slice(1)).toEqual(['clear a', 'read a', 'fail a until 60000']);
    expect(await gate('a')).toEqual({ wait: 60_000 });
  });
});

describe('the row of a credential', () => {
  it('without a failure permits a request without a probe', async () => {
    const { gate, asked } = gateBefore([{ failures: 0, until: 0 }]);
    await report(await gate('a'), 'unknown');
    await report(await gate('a'), 'accepted');
    expect(asked).toEqual(['read a', 'read a', 'clear a']);
  });

  it('that blocks it is not read again until that time is over', async () => {
    const { gate, asked, time } = gateBefore([{ failures: 1, until: NOW + 5000 }]);
    expect(await gate('a')).toEqual({ wait: 5000 });
    time.now += 4999;
    expect(await gate('a')).toEqual({ wait: 1 });
    expect(asked).toEqual(['read a']);
    time.now += 1;
    expect(waitOf(await gate('a'))).toBe('none');
    expect(asked.slice(1)).toEqual(['read a', 'take a at 5000 until 25000']);
  });

  it('that blocks it for a moment more is read a little later', async () => {
    const { gate, asked } = gateBefore([{ failures: 1, until: NOW + 1 }]);
    expect(await gate('a')).toEqual({ wait: 100 });
    expect(asked).toEqual(['read a']);
  });

  it('whose probe another process took is read a little later', async () => {
    const { gate, asked } = gateBefore([{ failures: 1, until: NOW }], { canProbe: false });
    expect(await gate('a')).toEqual({ wait: 100 });
    expect(asked).toEqual(['read a', 'take a at 0 until 20000']);
  });
});

describe("another process's first probe", () => {
  const probed = { failures: 0, until: NOW + 20_000 };

  it('is read until its verdict is known', async () => {
    const { gate, asked } = gateBefore([probed, probed, { failures: 0, until: 0 }]);
    const start = performance.now();
    expect(waitOf(await gate('a'))).toBe('none');
    expect(asked).toEqual(Array(3).fill('read a'));
    expect(performance.now() - start).toBeGreaterThanOrEqual(190);
  });

  it('is read ten times and no more', async () => {
    const { gate, asked } = gateBefore([probed]);
    expect(await gate('a')).toEqual({ wait: 100 });
    expect(asked).toEqual(Array(10).fill('read a'));
  });

  it('that was refused blocks the credential here too', async () => {
    const { gate } = gateBefore([probed, { failures: 1, until: NOW + 60_000 }]);
    expect(await gate('a')).toEqual({ wait: 60_000 });
  });
});

describe('a probe', () => {
  it('makes all other requests wait until it was accepted', async () => {
    const { gate, asked } = gateBefore([undefined]);
    const first = await gate('a');
    const others = [gate('a'), gate('a')];
    expect(await Promise.all(others.map(isSettled))).toEqual([false, false]);
    await report(first, 'accepted');
    expect((await Promise.all(others)).map(waitOf)).toEqual(['none', 'none']);
    expect(asked).toHaveLength(3);
  });

  it('that showed nothing is followed by only one other', async () => {
    const { gate } = gateBefore([undefined]);
    const first = await gate('a');
    const others = [gate('a'), gate('a')];
    await report(first, 'unknown');
    expect(await Promise.all(others.map(isSettled))).toEqual([true, false]);
    for (const other of others) await report(await other, 'unknown');
  });

  it('that is not reported expires, and its late report does not end the next probe', async () => {
    const { gate } = gateBefore([undefined], { times: { ...TIMES, probe: 60 } });
    const forgotten = await gate('a');
    const second = await gate('a');
    await report(forgotten, 'unknown');
    const third = gate('a');
    expect(await isSettled(third)).toBe(false);
    await report(second, 'unknown');
    expect(waitOf(await third)).toBe('none');
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { gate } = gateBefore([undefined]);
    const entry = await gate('a');
    expect(vi.getTimerCount()).toBe(1);
    await report(entry, 'accepted');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that cannot begin throws, and blocks no other request', async () => {
    const { gate } = gateBefore([new Error('away'), undefined]);
    await expect(gate('a')).rejects.toThrow('away');
    expect(waitOf(await gate('a'))).toBe('none');
  });

  it('whose report cannot be written blocks no other request', async () => {
    const { gate, store } = gateBefore([undefined]);
    store.clear = () => Promise.reject(new Error('away'));
    await expect(report(await gate('a'), 'accepted')).rejects.toThrow('away');
    expect(waitOf(await gate('a'))).toBe('none');
  });
});
