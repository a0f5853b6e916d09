import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { divide, keptTo, PROCESSORS } from '../../bench/processors.ts';

describe('the processors of the benchmark', () => {
  it.each([
    ['0,1', '0', '1'],
    ['0-3', '0', '1,2,3'],
    ['2,5-7', '2', '5,6,7'],
  ])('%s are divided: one for the measured program, all others for its stand-ins', (all, measured, answering) => {
    expect(divide(all)).toEqual({ measured, answering, all });
  });

  it.each([undefined, '', '0', 'nonsense'])('%j are left as they are', (list) => {
    expect(divide(list)).toEqual({ measured: undefined, answering: undefined, all: undefined });
  });

  it('leave one to a measured program, if they can be divided', () => {
    const [command = '', ...words] = [
      ...keptTo(PROCESSORS.measured),
      process.execPath,
      '-p',
      'os.availableParallelism()',
    ];
    const { stdout } = spawnSync(command, words, { encoding: 'utf8' });
    if (PROCESSORS.measured === undefined) expect(Number(stdout)).toBeGreaterThan(0);
    else expect(stdout.trim()).toBe('1');
  });

  it('are the only ones that a service uses until it may use all again', () => {
    const program = `
      import { availableParallelism } from 'node:os';
      import { keepTo, PROCESSORS } from '${new URL('../../bench/processors.ts', import.meta.url)}';
      const many = [PROCESSORS.measured, PROCESSORS.measured, PROCESSORS.all].map((list) => {
        keepTo(list);
        return availableParallelism();
      });
      console.log(many.join());`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    const all = availableParallelism();
    expect(stdout.trim()).toBe((PROCESSORS.measured === undefined ? [all, all, all] : [1, 1, all]).join());
  });
});
