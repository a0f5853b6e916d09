/** Thrown for a reference that lies outside of what the environment sets aside for changes; its message holds no reference. */
export class SecretRefused extends Error {
  constructor() {
    super('the reference is outside of the prefix that is set aside for changes');
    this.name = 'SecretRefused';
  }
}

/** Where a reference leads: a store, the name there, and optionally a member of a JSON object. */
export interface Reference {
  store: 'secrets-manager' | 'parameter-store';
  name: string;
  member?: string;
}

const PARAMETER_ARN = /^arn:[\w-]+:ssm:[\w-]+:\d{12}:parameter(\/.+)$/;

/**
 * Reads a reference: a Secrets Manager name or ARN, or an SSM parameter (`/path` or ARN). `#member` behind it picks one
 * member of a secret that is a JSON object.
 */
export function readReference(reference: string): Reference {
  const [whole = '', member] = reference.split('#', 2);
  const parameter = PARAMETER_ARN.exec(whole)?.[1] ?? (whole.startsWith('/') ? whole : undefined);
  return {
    store: parameter === undefined ? 'secrets-manager' : 'parameter-store',
    name: parameter ?? whole,
    ...(member !== undefined && { member }),
  };
}

/** The two stores as @aws-lambda-powertools/parameters offers them. */
export interface SecretStores {
  secretsManager(name: string, fresh: boolean): Promise<string | undefined>;
  parameterStore(name: string, fresh: boolean): Promise<string | undefined>;
}

/** Reads a secret's text by its reference; `fresh` passes over what is cached. Throws an error without the secret or its name. */
export function createSecrets(stores: SecretStores) {
  return async (reference: string, fresh = false): Promise<string> => {
    const { store, name, member } = readReference(reference);
    const text = await (store === 'parameter-store' ? stores.parameterStore : stores.secretsManager)(name, fresh);
    if (text === undefined) throw new Error('a secret is empty');
    return member === undefined ? text : memberOf(text, member);
  };
}

function memberOf(text: string, member: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('a secret of which a member is asked is not JSON');
  }
  const found =
    typeof value === 'object' && value !== null && Object.hasOwn(value, member) ? value[member as never] : undefined;
  if (typeof found !== 'string') throw new Error('a secret lacks the member that is asked of it, or it is no text');
  return found;
}

const SECRET_ARN = /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:(.+)$/;

/** Lets a change reach only secrets below `prefix`: otherwise a sender could have the relay's own credentials sent somewhere. */
export function withinPrefix(prefix: string, secret: (reference: string) => Promise<string>) {
  return async (reference: string): Promise<string> => {
    const { name } = readReference(reference);
    const plain = (SECRET_ARN.exec(name)?.[1] ?? name).replace(/^\//, '');
    if (prefix === '' || !plain.startsWith(prefix) || plain.includes('..')) throw new SecretRefused();
    return secret(reference);
  };
}
