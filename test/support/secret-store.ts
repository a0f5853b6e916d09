import { ServiceError } from '../../stand-ins/json-server.ts';
import { type Secrets, startSecrets } from '../../stand-ins/secrets.ts';

/** A Secrets Manager that holds what a test sets, records reads, and can be made to fail. */
export async function startSecretStore(secrets: Secrets) {
  const values = { ...secrets };
  const store = { reads: [] as string[], away: false };
  const server = await startSecrets(values, 'eu-central-1', (name) => {
    store.reads.push(name);
    if (store.away) throw new ServiceError('InternalServiceError', 'away on purpose', 500);
  });
  return Object.assign(store, {
    url: server.url,
    stop: () => server.close(),
    /** Holds these secrets and no others from now on. */
    hold(next: Secrets) {
      for (const name of Object.keys(values)) delete values[name];
      Object.assign(values, next);
    },
  });
}
export type SecretStore = Awaited<ReturnType<typeof startSecretStore>>;
