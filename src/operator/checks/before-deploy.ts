import { OperatorError } from '../fault.ts';
import { operatorOf } from '../stage/operator.ts';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { checkConcurrency, checkLogPolicies } from './account-limits.ts';
import { type Check, type Finding, good } from './address-checks.ts';
import { checkAlarmTopic } from './alarm-topic.ts';
import { checkBoundary } from './boundary.ts';
import { CHECKS } from './checks.ts';
import { checkExisting } from './existing-parts.ts';
import { checkStacks } from './stack-checks.ts';
import { checkBucket, checkNames } from './taken-names.ts';

type PlannedCheck = (stage: PlannedStage) => Promise<Finding>;

/** The checks of an account before a stage is deployed, by name, in their order. They only read. */
export const BEFORE_DEPLOY: Readonly<Record<string, PlannedCheck>> = {
  stacks: checkStacks,
  names: checkNames,
  bucket: checkBucket,
  concurrency: checkConcurrency,
  'log-policies': checkLogPolicies,
  'alarm-topic': checkAlarmTopic,
  boundary: checkBoundary,
  existing: checkExisting,
  ...only(['provider-secret', 'fingerprint-secret', 'webhook-secret', 'clock', 'provider', 'provider-sms']),
};

/** Checks that need no deployed stage. */
function only(names: string[]): Record<string, PlannedCheck> {
  return Object.fromEntries(Object.entries(CHECKS).filter(([name]) => names.includes(name)));
}

/** Errors with which AWS refuses credentials in a region that the account has not enabled (STS: "Managing AWS STS in an AWS Region"). */
const NOT_ENABLED = new Set(['InvalidClientTokenId', 'UnrecognizedClientException', 'OptInRequired']);

/** The account and the caller. In a region that the account has not enabled, AWS knows nobody. */
export const checkAccount: Check = async (stage) => {
  try {
    const arn = await operatorOf(stage);
    return good(`${arn}, account ${arn.split(':')[4]}`);
  } catch (error) {
    if (!(error instanceof Error && NOT_ENABLED.has(error.name))) throw error;
    const { region } = stage;
    const why = `AWS does not know the credentials, or the account has not enabled ${region}`;
    const fix = `check the credentials, or: aws account enable-region --region-name ${region}`;
    throw new OperatorError('access_denied', 'denied', [{ message: error.message, why, fix }], error);
  }
};
