import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, type CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import { longPolicyIn } from './policy-sizes.ts';
import { stageParameters } from './stage-parameters.ts';
import { bodyOf, deployState, discardFailed, type StackTemplate, splitTemplate, stateStackOf } from './state-stack.ts';

/** The name of the state stack's template in a package folder. */
const STATE_TEMPLATE = 'cloudformation-template-state-stack.json';

/** What this plugin uses of serverless. */
interface Serverless {
  serviceDir: string;
  classes: { Error: new (message: string) => Error };
  service: {
    service: string;
    custom: { state: { Resources?: StackTemplate['Resources'] }[]; statePolicy: unknown };
    provider: { compiledCloudFormationTemplate: StackTemplate; stackTags?: Record<string, string> };
  };
  getProvider(name: 'aws'): {
    getStage(): string;
    getAwsSdkV3Config(): Promise<CloudFormationClientConfig>;
    naming: { getStackName(): string };
  };
}
interface Utils {
  log: { notice(line: string): void };
  progress: { get(name: 'main'): { notice(line: string, options?: object): void } };
}

/** Between two questions about a stack, in milliseconds; serverless reads the same variable. */
const INTERVAL = Number(process.env.SLS_AWS_MONITORING_FREQUENCY ?? 5000);

/**
 * Makes a stack of its own of the resources under `custom.state`, which hold data, and deploys it before the functions'.
 * `serverless remove` does not remove it.
 */
export default class StatePlugin {
  readonly hooks: Record<string, () => Promise<void>>;

  constructor(serverless: Serverless, options: { force?: boolean }, { log, progress }: Utils) {
    const { service } = serverless;
    const stage = () => serverless.getProvider('aws').getStage();
    const name = () => stateStackOf(service.service, stage());
    const file = join(serverless.serviceDir, '.serverless', STATE_TEMPLATE);

    const write = async () => {
      const resources = Object.assign({}, ...service.custom.state.map(({ Resources }) => Resources ?? {}));
      const all = { ...resources, ...service.provider.compiledCloudFormationTemplate.Resources };
      const tooLong = longPolicyIn(all, stageParameters(stage()));
      if (tooLong) throw `stages/${stage()}.yml: ${tooLong}`;
      const { state, functions } = splitTemplate(resources, service.provider.compiledCloudFormationTemplate, name());
      service.provider.compiledCloudFormationTemplate = functions;
      // Refuses what is too large before anything is deployed.
      bodyOf(state, name());
      await mkdir(join(serverless.serviceDir, '.serverless'), { recursive: true });
      await writeFile(file, JSON.stringify(state, null, 2));
    };

    const deploy = async () => {
      const provider = serverless.getProvider('aws');
      const client = new CloudFormationClient(await provider.getAwsSdkV3Config());
      const pace = {
        interval: INTERVAL,
        say: (line: string) => progress.get('main').notice(line, { isMainEvent: true }),
      };
      const template = JSON.parse(await readFile(file, 'utf8')) as StackTemplate;
      const policy = JSON.stringify({ Statement: service.custom.statePolicy });
      const tags = { STAGE: stage(), ...service.provider.stackTags };
      await deployState(client, { name: name(), template, policy, tags }, pace);
      // After a rollback, serverless may find that nothing has changed since the upload, and deploy nothing.
      const functions = await discardFailed(client, provider.naming.getStackName(), pace);
      if (functions?.StackStatus === 'UPDATE_ROLLBACK_COMPLETE') options.force = true;
    };

    const tell = async () =>
      log.notice(
        `The stack ${name()} keeps the ledger, the queues, the bus and the key. A deployment finds them again.`,
      );

    this.hooks = {
      'before:aws:package:finalize:saveServiceState': inWords(serverless, write),
      'before:aws:deploy:deploy:createStack': inWords(serverless, deploy),
      'after:remove:remove': tell,
    };
  }
}

/** Throws the message as an error of serverless. It shows the stack of any other, which says nothing to who deploys, and quotes a text. */
const inWords =
  ({ classes }: Serverless, run: () => Promise<void>) =>
  () =>
    run().catch((error: unknown) => {
      throw new classes.Error(error instanceof Error ? error.message : String(error));
    });
