import { describe, expect, it } from 'vitest';
import CompletingPlugin from '../../scripts/completing-plugin.ts';
import type { TemplatePart } from '../../scripts/existing-resources.ts';

const OWN = '111111111111';
const rule = (account: string) => `arn:aws:events:eu-central-1:${account}:rule/a`;

/** The plugin's hooks for a service with these settings, which runs in the account OWN. */
function hooksOf(custom: object, compiledCloudFormationTemplate: TemplatePart = {}) {
  let asked = 0;
  const { hooks } = new CompletingPlugin({
    serviceDir: '',
    service: {
      service: 'migration-relay',
      custom,
      provider: { compiledCloudFormationTemplate, coreCloudFormationTemplate: {} },
    },
    getProvider: () => ({
      getStage: () => 'prod',
      naming: { getCoreTemplateFileName: () => '' },
      getAccountId: async () => {
        asked += 1;
        return OWN;
      },
    }),
  });
  const run = (name: string) => hooks[name]?.();
  return { run, asked: () => asked };
}

describe('before a deployment', () => {
  const deploy = async (ofOwnAccount: object) => hooksOf({ ofOwnAccount }).run('before:deploy:deploy');

  it('refuses a rule and a bus of another account by their parameter', async () => {
    await expect(deploy({ senderRules: [rule(OWN), rule('222222222222')] })).rejects.toBe(
      `stages/prod.yml: senderRules: must be of the account ${OWN}, not "${rule('222222222222')}": docs/deploying.md says what to name instead`,
    );
    await expect(deploy({ senderRules: [], existingBus: [rule('222222222222')] })).rejects.toMatch(/existingBus/);
  });

  it('accepts those of the own account', async () => {
    await expect(deploy({ senderRules: [rule(OWN)] })).resolves.toBeUndefined();
  });

  it('asks for the account only if something is named', async () => {
    const { run, asked } = hooksOf({ ofOwnAccount: { senderRules: [], existingBus: [] } });
    await run('before:deploy:deploy');
    expect(asked()).toBe(0);
  });
});

describe('packaging', () => {
  it('completes the template, and the parts that become a stack of their own', async () => {
    const bus = () => ({ Resources: { Results: {}, A: { Bus: { Ref: 'Results' } } as object } });
    const [template, state] = [bus(), bus()];
    await hooksOf({ existing: { bus: 'company' }, state: [state, {}] }, template).run(
      'after:aws:package:finalize:mergeCustomProviderResources',
    );
    for (const part of [template, state]) expect(part).toEqual({ Resources: { A: { Bus: 'company' } } });
  });
});
