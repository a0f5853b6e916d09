import { completeTemplate, type Existing, type TemplatePart } from './existing-resources.ts';

/** What this plugin uses of serverless. */
interface Serverless {
  service: {
    custom: { existing?: Existing; ofOwnAccount?: Record<string, string[]>; state?: TemplatePart[] };
    provider: { compiledCloudFormationTemplate: TemplatePart };
  };
  getProvider(name: 'aws'): { getStage(): string; getAccountId(): Promise<string> };
}

/**
 * Completes the compiled template, also the part that becomes a stack of its own, before it is written. Before it is deployed,
 * refuses ARNs of other accounts where AWS uses only those of the stage's own, which no packaging can know.
 */
export default class CompletingPlugin {
  readonly hooks: Record<string, () => void | Promise<void>>;

  constructor(serverless: Serverless) {
    const { service } = serverless;
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { existing, state = [] } = service.custom;
        for (const part of [service.provider.compiledCloudFormationTemplate, ...state])
          completeTemplate(part, existing);
      },
      'before:deploy:deploy': () => refuseOtherAccounts(serverless),
    };
  }
}

async function refuseOtherAccounts(serverless: Serverless): Promise<void> {
  const named = Object.entries(serverless.service.custom.ofOwnAccount ?? {}).flatMap(([name, arns]) =>
    arns.map((arn) => ({ name, arn })),
  );
  if (named.length === 0) return;
  const aws = serverless.getProvider('aws');
  const account = await aws.getAccountId();
  const wrong = named.find(({ arn }) => accountIn(arn) !== account);
  if (wrong) throw elsewhere(aws.getStage(), wrong, account);
}

const accountIn = (arn: string) => arn.split(':')[4];
const elsewhere = (stage: string, { name, arn }: { name: string; arn: string }, account: string) =>
  `stages/${stage}.yml: ${name}: must be of the account ${account}, not "${arn}": docs/deploying.md says what to name instead`;
