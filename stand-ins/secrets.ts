import * as z from 'zod';
import { ACCOUNT } from './account.ts';
import { type JsonServer, ServiceError, startJsonServer } from './json-server.ts';

const SecretId = z.object({ SecretId: z.string() });
const Parameter = z.object({ Name: z.string() });

/** Secret values by name. A name that starts with / is an SSM parameter; any other is in Secrets Manager. */
export type Secrets = Record<string, string>;

/**
 * Serves the read calls of Secrets Manager and SSM for these values, by name or ARN. `onRead` gets the name of each secret
 * that is read, and may throw.
 */
export function startSecrets(
  secrets: Secrets,
  region: string,
  onRead: (name: string) => void = () => {},
): Promise<JsonServer> {
  const find = (name: string) => (Object.hasOwn(secrets, name) ? secrets[name] : undefined);
  const parameter = (id: string) => {
    const Name = id.startsWith('arn:') ? `/${id.split(':parameter/')[1]}` : id;
    const Value = find(Name);
    const ARN = `arn:aws:ssm:${region}:${ACCOUNT}:parameter${Name}`;
    return Value === undefined ? undefined : { Name, Value, ARN, Type: 'SecureString', Version: 1, DataType: 'text' };
  };

  return startJsonServer({
    'secretsmanager.GetSecretValue': (input) => {
      const { SecretId: id } = SecretId.parse(input);
      onRead(id);
      const Name = id.startsWith('arn:') ? withoutSuffix(id.split(':secret:')[1] ?? '') : id;
      const SecretString = Name.startsWith('/') ? undefined : find(Name);
      if (SecretString === undefined)
        throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      const ARN = `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${Name}-local0`;
      return { ARN, Name, SecretString, VersionId: '00000000-0000-0000-0000-000000000001' };
    },
    'AmazonSSM.GetParameter': (input) => {
      const Found = parameter(Parameter.parse(input).Name);
      if (!Found) throw new ServiceError('ParameterNotFound', '');
      return { Parameter: Found };
    },
  });
}

/** Secrets Manager's ARNs end in a dash and six characters that are not part of the name. */
const withoutSuffix = (name: string) => name.replace(/-[A-Za-z0-9]{6}$/, '');
