import { describe, expect, it } from 'vitest';
import { findSample } from '../../../src/cli/input/samples.ts';
import { OPERATIONS } from '../../../src/contracts/contract.ts';
import type { OperatorError } from '../../../src/operator/fault.ts';

const typeOf = async (name: string) => (JSON.parse((await findSample(name)).text) as { type: string }).type;
const refusal = await findSample('nothing').catch((error: OperatorError) => error.diagnostic);

describe('a sample is found', () => {
  it.each([
    ['dcs.configure', 'migration.dcs.online-migration.configure'],
    ['dcs.create', 'migration.dcs.online-migration.create'],
    ['dcs.backup-import.create', 'migration.dcs.backup-import.create'],
    ['sms.delete', 'migration.sms.task.delete'],
    ['sms.source.delete', 'migration.sms.source.delete'],
    ['migration.sms.task.act', 'migration.sms.task.act'],
    ['dcs-update-auto', 'migration.dcs.migration-task.update'],
  ])('by %s', async (name, type) => {
    expect(await typeOf(name)).toBe(type);
  });

  it.each([...new Set(OPERATIONS.map(({ change }) => change))])('for a change of type %s', async (type) => {
    expect(await typeOf(type.replace('migration.', ''))).toBe(type);
  });

  it('by each name that the message about a wrong one lists, and by no name twice', async () => {
    const names = ('allowed' in refusal && refusal.allowed?.split(', or ')[0]?.split(', ')) || [];
    expect(new Set(names).size).toBe(names.length);
    const types = await Promise.all(names.map(typeOf));
    expect(new Set(types)).toEqual(new Set(OPERATIONS.map(({ change }) => change)));
  });
});
