import { describe, expect, it, vi } from 'vitest';

const made = vi.hoisted(() => ({ objects: 0 }));
vi.mock('zod', async (original) => {
  const zod = await original<typeof import('zod')>();
  const strictObject: typeof zod.strictObject = (...shape) => {
    made.objects += 1;
    return zod.strictObject(...shape);
  };
  return { ...zod, strictObject };
});

describe('the schemas of the operations', () => {
  it('are made when the first change of their type comes, and once', async () => {
    const [{ DCS_OPERATIONS }, { SMS_OPERATIONS }] = await Promise.all([
      import('../../../src/lib/operations/dcs.ts'),
      import('../../../src/lib/operations/sms.ts'),
    ]);
    expect(made.objects).toBe(0);
    for (const operation of [...DCS_OPERATIONS, ...SMS_OPERATIONS]) {
      const before = made.objects;
      const { input } = operation;
      expect(made.objects, operation.name).toBeGreaterThan(before);
      const after = made.objects;
      expect(operation.input).toBe(input);
      expect(made.objects, operation.name).toBe(after);
    }
  });
});
