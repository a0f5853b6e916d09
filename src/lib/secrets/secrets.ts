import { isObject } from '../json/exact-json.ts';
import { tryJson } from '../json/try-json.ts';

/** Thrown for a reference outside of the prefix that is set aside for changes. Its message does not hold the reference. */
export class SecretRefused extends Error {
  constructor() {
    super('the reference does not start with the prefix for changes');
    this.name = 'SecretRefused';
  }
}

/** What a reference names: a store, the name or ARN there, and optionally a member of a JSON object. */
interface Reference {
  store: 'secrets-manager' | 'parameter-store';
  name: string;
  member?: string;
}

const PARAMETER_ARN = /^arn:[\w-]+:ssm:[\w-]+:\d{12}:parameter(\/.+)$/;

/**
 * Parses a reference: a Secrets Manager name or ARN, or an SSM parameter (`/path` or ARN). `#member` after it picks one
 * member of a secret that is a JSON object.
 */
export function readReference(reference: string): Reference {
  const [name = '', member] = reference.split('#', 2);
  const isParameter = name.startsWith('/') || PARAMETER_ARN.test(name);
  return {
    store: isParameter ? 'parameter-store' : 'secrets-manager',
    name,
    ...(member !== undefined && { member }),
  };
}

/** The two stores. `noCache` ignores cached values. */
export interface SecretStores {
  secretsManager(name: string, noCache: boolean): Promise<string | undefined>;
  parameterStore(name: string, noCache: boolean): Promise<string | undefined>;
}

/** Reads a secret's text by its reference. `noCache` ignores cached values. Throws an error without the secret or its name. */
export function createSecrets(stores: SecretStores) {
  return async (reference: string, noCache = false): Promise<string> => {
    const { store, name, member } = readReference(reference);
    const text = await (store === 'parameter-store' ? stores.parameterStore : stores.secretsManager)(name, noCache);
    if (text === undefined) throw new Error('a secret is empty');
    return member === undefined ? text : memberOf(text, member);
  };
}

function memberOf(text: string, member: string): string {
  const value = tryJson(text);
  if (value === undefined) throw new Error('the secret is not JSON, so it has no member to read');
  const found = isObject(value) && Object.hasOwn(value, member) ? value[member] : undefined;
  if (typeof found !== 'string')
    throw new Error('the secret does not have the named member, or the member is not text');
  return found;
}

const SECRET_ARN = /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:(.+)$/;

/** A parameter's name starts with a slash, a secret's does not. A prefix is meant for both. */
const withoutSlash = (name: string) => name.replace(/^\//, '');

/** Lets changes use only secrets below `prefix`. Otherwise a sender could have the relay's own credentials sent somewhere. */
export function withinPrefix(prefix: string, secret: (reference: string) => Promise<string>) {
  const allowed = withoutSlash(prefix);
  return async (reference: string): Promise<string> => {
    const { name } = readReference(reference);
    const plain = withoutSlash((PARAMETER_ARN.exec(name) ?? SECRET_ARN.exec(name))?.[1] ?? name);
    if (allowed === '' || !plain.startsWith(allowed) || plain.includes('..')) throw new SecretRefused();
    return secret(reference);
  };
}

/** After a read failed, fails for `rest` milliseconds without reading, so that many requests don't cause many reads. */
export function cacheFailure<Value>(read: () => Promise<Value>, milliseconds: number): () => Promise<Value> {
  let failure: { error: unknown; until: number } | undefined;
  return async () => {
    if (failure && Date.now() < failure.until) throw failure.error;
    failure = undefined;
    try {
      return await read();
    } catch (error) {
      failure = { error, until: Date.now() + milliseconds };
      throw error;
    }
  };
}
