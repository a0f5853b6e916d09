import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_SECRETS } from '../../local/local-secrets.ts';
import type { JsonServer } from '../../stand-ins/json-server.ts';
import { startSecrets } from '../../stand-ins/secrets.ts';

let server: JsonServer;
let manager: SecretsManagerClient;
let parameters: SSMClient;
beforeAll(async () => {
  server = await startSecrets({ ...LOCAL_SECRETS, '/relay/parameter': 'hidden' }, 'eu-central-1');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const options = { region: 'eu-central-1', endpoint: server.url, credentials, maxAttempts: 1 };
  manager = new SecretsManagerClient(options);
  parameters = new SSMClient(options);
});
afterAll(() => server.close());

const secret = (SecretId: string) => manager.send(new GetSecretValueCommand({ SecretId }));

describe('the local Secrets Manager', () => {
  it.each([
    'migration-relay/local/provider',
    'arn:aws:secretsmanager:eu-central-1:000000000000:secret:migration-relay/local/provider-AbC123',
  ])('returns the value of %s', async (id) => {
    expect(JSON.parse((await secret(id)).SecretString ?? '')).toMatchObject({ kind: 'ak-sk' });
  });

  it.each(['migration-relay/local/nobody', '/relay/parameter', 'toString'])('does not find %s', async (id) => {
    await expect(secret(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the local parameter store', () => {
  it.each(['/relay/parameter', 'arn:aws:ssm:eu-central-1:000000000000:parameter/relay/parameter'])(
    'returns the value of %s',
    async (Name) => {
      const { Parameter } = await parameters.send(new GetParameterCommand({ Name, WithDecryption: true }));
      expect(Parameter).toMatchObject({ Name: '/relay/parameter', Value: 'hidden', Type: 'SecureString' });
    },
  );

  it('does not find a missing parameter', async () => {
    const command = new GetParameterCommand({ Name: '/relay/nobody' });
    await expect(parameters.send(command)).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });
});
