import { describe, expect, it } from 'vitest';
import { loadConfig, RelayConfig, WebhookConfig } from '../../../src/lib/functions/config.ts';

const RELAY = {
  STAGE: 'dev',
  LEDGER_TABLE: 'ledger',
  RESULT_BUS: 'results',
  QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/dcs.fifo',
  PROVIDER: 'huawei-cloud',
  PROVIDER_REGION: 'ap-southeast-3',
  PROVIDER_CREDENTIALS: 'relay/dev/provider',
  FINGERPRINT_KEYS: 'relay/dev/fingerprint',
};
const WEBHOOK = {
  STAGE: 'dev',
  PROVIDER: 'huawei-cloud',
  WEBHOOK_SECRETS: 'relay/dev/webhook',
  DCS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/dcs.fifo',
};
const faultOf = (environment: NodeJS.ProcessEnv, schema: typeof RelayConfig | typeof WebhookConfig = RelayConfig) => {
  try {
    loadConfig(schema, environment);
  } catch (error) {
    return String(error);
  }
  throw new Error('the environment was accepted');
};

describe('the environment', () => {
  it('with what is required is completed by defaults', () => {
    expect(loadConfig(RelayConfig, RELAY)).toEqual({
      ...RELAY,
      SMS_API_REVISION: '2026-01',
      ALLOW_INLINE_PASSWORDS: false,
      TIME_SCALE: 1,
      PASSWORD_REFERENCE_PREFIX: '',
      MAX_ATTEMPTS: 10,
      MAX_AGE_SECONDS: 86_400,
      DCS_ENDPOINT: undefined,
      SMS_ENDPOINT: undefined,
      IAM_ENDPOINT: undefined,
    });
    expect(loadConfig(WebhookConfig, WEBHOOK)).toMatchObject({ ...WEBHOOK, ALLOW_INLINE_PASSWORDS: false });
  });

  it('may contain variables of others', () => {
    expect(loadConfig(WebhookConfig, { ...WEBHOOK, PATH: '/bin' })).not.toHaveProperty('PATH');
  });

  it.each([
    ['ALLOW_INLINE_PASSWORDS', 'true', true],
    ['ALLOW_INLINE_PASSWORDS', 'false', false],
    ['TIME_SCALE', '20', 20],
    ['MAX_ATTEMPTS', '1', 1],
    ['MAX_AGE_SECONDS', '1036800', 1_036_800],
    ['SMS_API_REVISION', '2024-09', '2024-09'],
    ['DCS_ENDPOINT', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['DCS_ENDPOINT', '', undefined],
    ['PASSWORD_REFERENCE_PREFIX', 'relay/dev/redis/', 'relay/dev/redis/'],
    ['PROVIDER', 'open-telekom-cloud', 'open-telekom-cloud'],
    ['STAGE', 'a', 'a'],
    ['STAGE', `d-9${'e'.repeat(28)}`, `d-9${'e'.repeat(28)}`],
    ['TIME_SCALE', '1', 1],
    ['MAX_ATTEMPTS', '50', 50],
    ['MAX_AGE_SECONDS', '60', 60],
    ['LEDGER_TABLE', 'abc', 'abc'],
    ['RESULT_BUS', 'b', 'b'],
    ['PROVIDER_CREDENTIALS', 'c'.repeat(2048), 'c'.repeat(2048)],
    ['SMS_ENDPOINT', 'https://sms.example', 'https://sms.example'],
    ['IAM_ENDPOINT', '', undefined],
    ['PASSWORD_REFERENCE_PREFIX', `${'p'.repeat(511)}/`, `${'p'.repeat(511)}/`],
    ['PASSWORD_REFERENCE_PREFIX', '', ''],
  ])('may set %s to %j', (name, value, read) => {
    expect(loadConfig(RelayConfig, { ...RELAY, [name]: value })).toHaveProperty(name, read);
  });

  it.each([
    ['STAGE', 'Dev'],
    ['STAGE', ''],
    ['STAGE', 'dev!'],
    ['STAGE', `d${'e'.repeat(31)}`],
    ['ALLOW_INLINE_PASSWORDS', 'yes'],
    ['ALLOW_INLINE_PASSWORDS', '1'],
    ['ALLOW_INLINE_PASSWORDS', ''],
    ['SMS_API_REVISION', '2025-01'],
    ['TIME_SCALE', '0'],
    ['TIME_SCALE', '21'],
    ['TIME_SCALE', ''],
    ['MAX_ATTEMPTS', '0'],
    ['MAX_ATTEMPTS', '51'],
    ['MAX_ATTEMPTS', '1.5'],
    ['MAX_ATTEMPTS', 'ten'],
    ['MAX_AGE_SECONDS', '59'],
    ['MAX_AGE_SECONDS', '1036801'],
    ['QUEUE_URL', 'dcs.fifo'],
    ['DCS_ENDPOINT', 'localhost'],
    ['PROVIDER', 'aws'],
    ['PROVIDER_CREDENTIALS', ''],
    // Without the slash, changes could name relay/dev/redis-admin too.
    ['PASSWORD_REFERENCE_PREFIX', 'relay/dev/redis'],
    ['PASSWORD_REFERENCE_PREFIX', '/'],
    ['PASSWORD_REFERENCE_PREFIX', 'a//'],
    ['PASSWORD_REFERENCE_PREFIX', `${'p'.repeat(512)}/`],
    ['LEDGER_TABLE', ''],
    ['LEDGER_TABLE', 'ab'],
    ['RESULT_BUS', ''],
    ['PROVIDER_REGION', ''],
    ['FINGERPRINT_KEYS', 'c'.repeat(2049)],
    ['STAGE', '9a'],
    ['STAGE', '-a'],
    ['STAGE', 'a\nb'],
    ['IAM_ENDPOINT', 'no url'],
  ])('may not set %s to %j, and says only the name', (name, value) => {
    const fault = faultOf({ ...RELAY, [name]: value });
    expect(fault).toContain(`${name}: `);
    expect(fault.match(/[A-Z]+(?:_[A-Z]+)*: /g)).toEqual([`${name}: `]);
  });

  it('without the slash at the end of a prefix gets a message that says so', () => {
    expect(faultOf({ ...RELAY, PASSWORD_REFERENCE_PREFIX: 'a' })).toContain('PASSWORD_REFERENCE_PREFIX: must end in /');
  });

  it('may name a queue for SMS, or none', () => {
    expect(loadConfig(WebhookConfig, WEBHOOK)).not.toHaveProperty('SMS_QUEUE_URL');
    const both = { ...WEBHOOK, SMS_QUEUE_URL: 'https://sqs.example/sms.fifo' };
    expect(loadConfig(WebhookConfig, both)).toMatchObject(both);
    expect(faultOf({ ...both, SMS_QUEUE_URL: 'sms' }, WebhookConfig)).toContain('SMS_QUEUE_URL: ');
  });

  it('that is wrong is described in one sentence', () => {
    expect(faultOf({ ...RELAY, PASSWORD_REFERENCE_PREFIX: 'a' })).toBe(
      "Error: the function's environment is wrong: PASSWORD_REFERENCE_PREFIX: must end in /",
    );
  });

  it.each(Object.keys(RELAY))('must set %s', (name) => {
    expect(faultOf({ ...RELAY, [name]: undefined })).toContain(`${name}: `);
  });

  it('names every bad variable together, never a value', () => {
    const bad = Object.keys({ ...RELAY, TIME_SCALE: '', SMS_API_REVISION: '', MAX_ATTEMPTS: '', DCS_ENDPOINT: '' });
    const fault = faultOf(Object.fromEntries(bad.map((name) => [name, name === 'LEDGER_TABLE' ? '' : 'CANARY!'])));
    for (const name of [
      'STAGE',
      'LEDGER_TABLE',
      'QUEUE_URL',
      'PROVIDER',
      'TIME_SCALE',
      'SMS_API_REVISION',
      'MAX_ATTEMPTS',
      'DCS_ENDPOINT',
    ])
      expect(fault).toContain(`${name}: `);
    expect(fault).not.toContain('CANARY');
    expect(faultOf({}, WebhookConfig)).toMatch(/STAGE: .*; PROVIDER: .*; WEBHOOK_SECRETS: .*; DCS_QUEUE_URL: /);
  });
});
