import { DEFAULT_ACCESS_KEY } from '../simulator/credentials.ts';
import type { Secrets } from '../stand-ins/secrets.ts';

/** The secret that signs webhook calls to the local stack. It is valid for nothing else. */
export const LOCAL_WEBHOOK_SECRET = 'whsec_bG9jYWwtd2ViaG9vay1zZWNyZXQtMDAwMDAwMDAwMDE=';

const FINGERPRINT_KEY = Buffer.from('local-fingerprint-key-0000000001').toString('base64');

/** The content of the local Secrets Manager: the simulator's well-known credentials, and made-up values. */
export const LOCAL_SECRETS: Secrets = {
  'migration-relay/local/provider': JSON.stringify({
    kind: 'ak-sk',
    access_key: DEFAULT_ACCESS_KEY.access,
    secret_key: DEFAULT_ACCESS_KEY.secret,
    domain_id: DEFAULT_ACCESS_KEY.domainId,
  }),
  'migration-relay/local/fingerprint': JSON.stringify({ current: 'local-1', keys: { 'local-1': FINGERPRINT_KEY } }),
  'migration-relay/local/webhook': JSON.stringify({ secrets: [LOCAL_WEBHOOK_SECRET] }),
  'migration-relay/local/redis/source': 'local-redis-source-password',
  'migration-relay/local/redis/target': 'local-redis-target-password',
};
