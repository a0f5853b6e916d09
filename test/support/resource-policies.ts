import { resolve } from '../../local/intrinsics.ts';
import { type CompiledTemplate, statementsIn } from './compiled.ts';
import { deployedNames } from './deployed-names.ts';
import { ACCOUNT, type Policy } from './iam.ts';

/** The policy of a key that leaves the decision to the account's policies. */
export const ACCOUNT_DECIDES: Policy = {
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: ['kms:*'], Resource: ['*'] },
  ],
};

/** A policy of the template with its references resolved. */
export function resolved(view: CompiledTemplate, document: unknown): Policy {
  return { Statement: statementsIn(resolve({ Statement: statementsIn(document) }, deployedNames(view))) };
}

/** What a role of the template allows. */
export const policyOfRole = (view: CompiledTemplate, role: string): Policy =>
  resolved(view, { Statement: view.rights(role) });

/** Finds the policy of a resource by its ARN: of a queue, of the key, or the one for all log groups. */
export function resourcePolicies(view: CompiledTemplate): (arn: string) => Policy | undefined {
  const names = deployedNames(view);
  const queues = new Map(
    view
      .ofType('AWS::SQS::QueuePolicy')
      .flatMap(({ Properties: { Queues, PolicyDocument } }) =>
        (Queues as { Ref: string }[]).map(({ Ref }) => [names.arn(Ref), resolved(view, PolicyDocument)] as const),
      ),
  );
  const key = resolved(view, view.properties('DataKey').KeyPolicy);
  const logs = JSON.parse(String(resolve(view.properties('ResultsLogPolicy').PolicyDocument, names)));
  return (arn) => {
    if (arn === names.arn('DataKey')) return key;
    return arn.includes(':log-group:') ? resolved(view, logs) : queues.get(arn);
  };
}
