import type { Service } from '../../lib/operations/operation.ts';
import type { Credential } from '../../lib/provider/credentials.ts';
import { isGone } from '../../lib/relay/completion.ts';
import type { Answer } from '../../lib/relay/provider.ts';
import { openProvider, readerOf } from '../stage/provider-reader.ts';
import { bad, type Check, type Finding, good } from './address-checks.ts';

/** A task in a project that does not exist. */
const NOBODY = { id: 'relay-doctor', project_id: '0'.repeat(32) };
const KINDS = { dcs: 'migration-task', sms: 'task' } satisfies Record<Service, string>;

/** Asks a service for a task that does not exist, within the credential's own project if it names one. */
export const providerCheck =
  (service: Service): Check =>
  async (stage) => {
    if ((await stage.settings(service)) === undefined) return good(`this stage has no ${nameOf(service)}`);
    const provider = await openProvider(stage);
    try {
      const credential = await provider.credential();
      const { subject, within } = questionFor(service, credential);
      const { operation, data } = readerOf(subject);
      const answer = await provider.read(operation, data, within);
      return findingOf(service, answer, credential?.project_id === undefined ? credential?.kind : undefined);
    } finally {
      await provider.close();
    }
  };

function questionFor(service: Service, credential: Credential | undefined) {
  const subject = { service, kind: KINDS[service], ...NOBODY, project_id: credential?.project_id ?? NOBODY.project_id };
  // IAM gives no token for a project of another user. Such a refusal would show nothing about the password.
  const isForNobody = credential?.kind === 'token' && credential.project_id === undefined;
  return { subject, within: isForNobody ? null : subject.project_id };
}

const nameOf = (service: Service) => service.toUpperCase();

function findingOf(service: Service, answer: Answer, kind: Credential['kind'] | undefined): Finding {
  if (answer.ok || isGone(answer)) return good(`${nameOf(service)} answers and accepts the credential`);
  if (service === 'dcs' && kind !== undefined && isRefusalOfProject(answer, kind))
    return good(
      'DCS answers, and the credential is valid; put project_id into its secret to have its permissions checked too',
    );
  const { message, code, advice } = answer.error;
  return bad(`${nameOf(service)}: ${message} (${code})`, advice);
}

/** True when the service (and not IAM) refused only the made-up project, or a token without a project. */
function isRefusalOfProject({ status, error }: Answer & { ok: false }, kind: Credential['kind']): boolean {
  if (status === undefined || /^iam[._]/i.test(error.code)) return error.code === 'IAM.1109';
  const ofProject = error.code === 'DCS.1004' || error.code === 'APIGW.0310';
  return ofProject || (kind === 'token' && error.class === 'unauthenticated');
}
