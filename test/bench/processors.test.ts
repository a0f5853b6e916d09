import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { divide, PROCESSORS } from '../../bench/processors.ts';

describe('the processors of the benchmark', () => {
  it.each([
    ['0,1', '0', '1'],
    ['0-3', '0', '1,2,3'],
    ['2,5-7', '2', '5,6,7'],
  ])('%s are divided: one for what is measured, all others for what answers it', (list, one, others) => {
    expect(divide(list)).toEqual({ measured: ['taskset', '-c', one], answering: ['taskset', '-c', others] });
  });

  it.each(['', '0', 'nonsense'])('%j are left as they are', (list) => {
    expect(divide(list)).toEqual({ measured: [], answering: [] });
  });

  it('leave a measured program one of them, where they can be divided', () => {
    const [command = '', ...words] = [...PROCESSORS.measured, process.execPath, '-p', 'os.availableParallelism()'];
    const { stdout } = spawnSync(command, words, { encoding: 'utf8' });
    if (PROCESSORS.measured.length > 0) expect(stdout.trim()).toBe('1');
    else expect(Number(stdout)).toBeGreaterThan(0);
  });
});
