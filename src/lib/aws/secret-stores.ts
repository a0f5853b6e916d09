import type { SecretStores } from '../secrets/secrets.ts';
import type { AwsCall } from './call.ts';

type SecretReader = (name: string) => Promise<string | undefined>;

/** Thrown when a secret can't be read now. `code` is the store's error name. The message holds neither the secret nor its name. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable';
  readonly code: string;

  constructor(cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    super(`a secret can't be read: ${code}`);
    this.code = code;
  }
}

/** Reads secrets from Secrets Manager, and decrypted parameters from SSM. */
export const awsStores = (manager: AwsCall, parameters: AwsCall): Record<keyof SecretStores, SecretReader> => ({
  async secretsManager(SecretId) {
    const { SecretString, SecretBinary } = await manager<SecretValue>('GetSecretValue', { SecretId });
    return SecretString ?? (SecretBinary && Buffer.from(SecretBinary, 'base64').toString('utf8'));
  },
  async parameterStore(Name) {
    const { Parameter } = await parameters<{ Parameter?: { Value?: string } }>('GetParameter', {
      Name,
      WithDecryption: true,
    });
    return Parameter?.Value;
  },
});

interface SecretValue {
  SecretString?: string;
  SecretBinary?: string;
}

/** The stores with a cache: a text is kept for `age` milliseconds after it was read. Empty texts and failures are not kept. */
export const cachedStores = (stores: Record<keyof SecretStores, SecretReader>, age: number): SecretStores => ({
  secretsManager: withCache(stores.secretsManager, age),
  parameterStore: withCache(stores.parameterStore, age),
});

function withCache(read: SecretReader, age: number) {
  const texts = new Map<string, { text: string; until: number }>();
  return async (name: string, noCache: boolean): Promise<string | undefined> => {
    const known = texts.get(name);
    if (!noCache && known && Date.now() <= known.until) return known.text;
    const text = await read(name).catch((fault: unknown) => Promise.reject(new SecretUnavailable(fault)));
    if (text) texts.set(name, { text, until: Date.now() + age });
    return text;
  };
}
