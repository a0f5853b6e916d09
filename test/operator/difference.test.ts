import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readChange } from '../../src/lib/change/change.ts';
import { type ValidChange, validate } from '../../src/lib/change/validate.ts';
import { differencesOf } from '../../src/operator/difference.ts';
import { validationSettings } from '../../src/operator/stage/validation-settings.ts';

const settings = validationSettings({ ALLOW_INLINE_PASSWORDS: 'true' });
const changes = readdirSync('events')
  .filter((file) => file.endsWith('.json') && file !== 'samples.json')
  .map((file) => [file, validate(readChange(readFileSync(`events/${file}`, 'utf8')), settings)] as const)
  .filter((sample): sample is readonly [string, ValidChange] => sample[1].kind === 'valid');

describe('the differences between a change and what the provider shows', () => {
  it.each(changes)('are none for %s if the task already is as the request says', (_file, change) => {
    const { operation, data } = change;
    const differences = differencesOf(change, operation.body?.(data, () => '') ?? {});
    expect(differences.filter(({ kind }) => kind !== 'equal' && kind !== 'unseen')).toEqual([]);
  });

  it.each(changes.filter(([, { operation }]) => operation.createdIn))(
    'are empty for %s, because nothing exists yet',
    (_file, change) => {
      expect(differencesOf(change, { count: 1, migration_tasks: [{ task_id: 't' }] })).toEqual([]);
    },
  );
});
