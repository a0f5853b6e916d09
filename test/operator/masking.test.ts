import { describe, expect, it } from 'vitest';
import { mask } from '../../src/operator/masking.ts';

const HIDDEN = '(hidden)';

describe('what is shown of a change', () => {
  it('is what a change and a task may have, at every depth, and nothing else', () => {
    const body = {
      resume_mode: 'auto',
      pwd: 'x',
      passphrase: ['x'],
      auth: { user: 'x' },
      'password ': 'x',
      Password: 'x',
    };
    expect(mask({ id: 'a', source: '/s', extra: 'x', data: { task_id: 't', body } })).toEqual({
      ...{ id: 'a', source: '/s', extra: HIDDEN },
      data: {
        task_id: 't',
        body: {
          resume_mode: 'auto',
          pwd: HIDDEN,
          passphrase: HIDDEN,
          auth: HIDDEN,
          'password ': HIDDEN,
          Password: HIDDEN,
        },
      },
    });
  });

  it('names where a secret is stored, and never the secret', () => {
    expect(mask({ password: 'x', password_ref: 'relay/redis' })).toEqual({
      password: HIDDEN,
      password_ref: 'relay/redis',
    });
    expect(mask({ password: '(from secret relay/redis)' })).toEqual({ password: '(from secret relay/redis)' });
    expect(mask({ password: null })).toEqual({ password: null });
  });

  it.each([
    ['redis://:pw@host:6379', 'redis://(hidden)@host:6379'],
    ['rediss://user:p@w/x@10.0.0.1:6379,10.0.0.2:6379', 'rediss://(hidden)@10.0.0.1:6379,10.0.0.2:6379'],
    ['10.0.0.1:6379, user:pw@10.0.0.2:6379', '10.0.0.1:6379, (hidden)@10.0.0.2:6379'],
    ['10.0.0.1:6379', '10.0.0.1:6379'],
    ['arn:aws:secretsmanager:eu:1:secret:a@b', 'arn:aws:secretsmanager:eu:1:secret:a@b'],
    ['ann@example.com', 'ann@example.com'],
  ])('of the address %s is %s', (addrs, shown) => {
    expect(mask({ addrs })).toEqual({ addrs: shown });
  });
});
