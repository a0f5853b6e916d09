import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selectAlarms } from './alarms.ts';
import { completeTemplate, type Existing, type TemplatePart } from './existing-resources.ts';

/** What this plugin uses of serverless. */
interface Serverless {
  serviceDir: string;
  service: {
    service: string;
    custom: {
      alarms?: 'all' | 'few';
      existing?: Existing;
      ofOwnAccount?: Record<string, string[]>;
      state?: TemplatePart[];
    };
    provider: { compiledCloudFormationTemplate: TemplatePart; coreCloudFormationTemplate: TemplatePart };
  };
  getProvider(name: 'aws'): {
    getStage(): string;
    getAccountId(): Promise<string>;
    naming: { getCoreTemplateFileName(): string };
  };
}

/**
 * Completes the compiled template, also the part that becomes a stack of its own, and names the bucket of the packages. A
 * deployment begins by refusing ARNs of other accounts where AWS takes only those of its own: no packaging knows the account.
 */
export default class CompletingPlugin {
  readonly hooks: Record<string, () => void | Promise<void>>;

  constructor(serverless: Serverless) {
    const { service } = serverless;
    this.hooks = {
      'after:package:initialize': () => nameBucket(serverless),
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { alarms, existing, state = [] } = service.custom;
        selectAlarms(service.provider.compiledCloudFormationTemplate, alarms);
        for (const part of [service.provider.compiledCloudFormationTemplate, ...state])
          completeTemplate(part, existing);
      },
      'before:deploy:deploy': () => refuseOtherAccounts(serverless),
    };
  }
}

/**
 * CloudFormation cuts a long stage's name in the name that it makes, so that the rights to it could not tell stages apart. The bucket
 * is in two templates, of which serverless has written the first: the one that makes the bucket alone, before anything is uploaded.
 */
async function nameBucket(serverless: Serverless): Promise<void> {
  const { serviceDir, service } = serverless;
  const aws = serverless.getProvider('aws');
  const BucketName = { 'Fn::Sub': `${service.service}-${aws.getStage()}-\${AWS::AccountId}-packages` };
  const { compiledCloudFormationTemplate, coreCloudFormationTemplate: core } = service.provider;
  for (const { Resources } of [compiledCloudFormationTemplate, core]) {
    const bucket = Resources?.ServerlessDeploymentBucket as { Properties: object };
    bucket.Properties = { BucketName, ...bucket.Properties };
  }
  await writeFile(join(serviceDir, '.serverless', aws.naming.getCoreTemplateFileName()), JSON.stringify(core, null, 2));
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
