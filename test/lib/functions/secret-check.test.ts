import { describe, expect, it } from 'vitest';
import { inspectCredential, shapeProblems } from '../../../src/lib/functions/secret-check.ts';
import { SecretShapeError } from '../../../src/lib/secrets/secret-shape.ts';

describe('the inspection of secrets', () => {
  it.each([
    ['no JSON', 'CANARY', /PROVIDER_CREDENTIALS is not well formed: it is not JSON$/],
    [
      'a member that is missing',
      '{"kind":"ak-sk","access_key":"CANARY"}',
      /: secret_key is missing or not acceptable$/,
    ],
    [
      'a member too many',
      '{"kind":"ak-sk","access_key":"a","secret_key":"b","CANARY":1}',
      /: it has an unknown field$/,
    ],
  ])('names what is wrong with a credential of %s, and no value', (_what, text, message) => {
    const read = () => inspectCredential(text);
    expect(read).toThrow(SecretShapeError);
    expect(read).toThrow(message);
    expect(read).not.toThrow('CANARY');
  });

  it('accepts a usable credential', () => {
    inspectCredential('{"kind":"ak-sk","access_key":"a","secret_key":"b"}');
  });

  it('reports what a credential lacks for a service of the stage', () => {
    const text = '{"kind":"ak-sk","access_key":"CANARY","secret_key":"b"}';
    expect(() => inspectCredential(text, ['dcs', 'sms'])).toThrow(
      /not well formed: SMS needs domain_id, .+ or project_id;/,
    );
    expect(() => inspectCredential(text, ['dcs', 'sms'])).not.toThrow('CANARY');
    inspectCredential(text, ['dcs']);
    inspectCredential(text.replace('}', ',"project_id":"p"}'), ['dcs', 'sms']);
  });

  it('reports secrets with a wrong shape, and none that are good or cannot be read', async () => {
    const readings = [
      Promise.resolve(1),
      Promise.resolve(new SecretShapeError('a value, not a fault')),
      Promise.reject(new Error('away')),
      Promise.reject(new SecretShapeError('words')),
    ];
    expect(await shapeProblems(readings)).toEqual(['words']);
  });
});
