import { ServiceError, startJsonServer } from '../../stand-ins/json-server.ts';

/** A Secrets Manager that holds what a test sets, counts what is read, and can be away. */
export async function startSecretStore(held: Record<string, string>) {
  const store = { held, reads: [] as string[], away: false };
  const server = await startJsonServer({
    'secretsmanager.GetSecretValue': ({ SecretId }) => {
      store.reads.push(String(SecretId));
      if (store.away) throw new ServiceError('InternalServiceError', 'away on purpose', 500);
      const SecretString = store.held[String(SecretId)];
      if (SecretString === undefined) throw new ServiceError('ResourceNotFoundException', 'not here');
      return { ARN: `arn:${SecretId}`, Name: SecretId, SecretString, VersionId: '1' };
    },
  });
  return Object.assign(store, { url: server.url, stop: () => server.close() });
}
export type SecretStore = Awaited<ReturnType<typeof startSecretStore>>;
