import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fromZod } from '../../src/contracts/from-zod.ts';
import { rule } from '../../src/lib/json/rule.ts';

const isFine = () => true;

describe('a rule that zod checks with code', () => {
  it('is written in JSON Schema, whatever its message says', () => {
    const schemaOf = (words: string) => fromZod(z.string().refine(isFine, rule('addresses', words)));
    expect(schemaOf('must be host:port')).toMatchObject({ type: 'string', pattern: expect.stringContaining(':') });
    expect(schemaOf('is wrong')).toEqual(schemaOf('must be host:port'));
  });

  it('causes an error if it has no name', () => {
    expect(() => fromZod(z.string().refine(isFine, { error: 'must be host:port' }))).toThrow('json/rule.ts');
  });
});
