/** What the status of a stack means for a deployment. */
export interface StackAdvice {
  means: string;
  /** What a person must do, as the end of a sentence. */
  fix: string;
  /** True if a deployment needs nobody's help. */
  passes: boolean;
}

interface Status {
  pattern: RegExp;
  means: string;
  /** What must be done before the command, or without one. */
  first?: string;
  /** A command of `aws cloudformation`. */
  command?: string;
  passes?: boolean;
}

const CAUSE = 'remove the cause';
const REMAINS = 'delete the resources that its events name as DELETE_FAILED';

/** The states that stop a deployment or delay it (CloudFormation User Guide, "Stack status codes"). In all others a stack can be updated. */
const STATUSES: Status[] = [
  {
    pattern: /^REVIEW_IN_PROGRESS$/,
    means: 'it has a change set that was never executed, and nothing else',
    command: 'delete-stack',
  },
  {
    pattern: /_IN_PROGRESS$/,
    means: 'something is still changing it',
    first: 'wait until it has ended',
    passes: true,
  },
  {
    pattern: /^ROLLBACK_COMPLETE$/,
    means: 'its creation failed, and the deployment will remove it first',
    first: `${CAUSE}, then deploy again`,
    passes: true,
  },
  {
    pattern: /^ROLLBACK_FAILED$/,
    means: 'its creation failed, and what was made could not be removed',
    first: REMAINS,
    command: 'delete-stack',
  },
  { pattern: /^CREATE_FAILED$/, means: 'its creation failed', command: 'delete-stack' },
  {
    pattern: /^UPDATE_FAILED$/,
    means: 'an update failed and was not taken back',
    first: CAUSE,
    command: 'rollback-stack',
  },
  {
    pattern: /^UPDATE_ROLLBACK_FAILED$/,
    means: 'an update failed, and so did going back',
    first: CAUSE,
    command: 'continue-update-rollback',
  },
  { pattern: /^DELETE_FAILED$/, means: 'its deletion stopped half way', first: REMAINS, command: 'delete-stack' },
];

/** What to do about a stack in a status; undefined if the stack can be updated. */
export function adviceOn(status: string, stack: string): StackAdvice | undefined {
  const found = STATUSES.find(({ pattern }) => pattern.test(status));
  if (!found) return undefined;
  const { means, first = '', command, passes = false } = found;
  const typed = command === undefined ? '' : `aws cloudformation ${command} --stack-name ${stack}`;
  return { means, fix: [first, typed].filter(Boolean).join(', then: '), passes };
}
