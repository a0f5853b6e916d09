import { OPERATIONS } from '../../contracts/contract.ts';
import type { ValidationSettings } from '../../lib/change/validate.ts';
import { type Cloud, REVISIONS, type Revision } from '../../lib/operations/operation.ts';
import { PROFILES } from '../../lib/provider/profiles.ts';
import { noSuchStage, type Stage } from './stage.ts';

/** The settings by which changes are validated: those of a stage's environment, or the defaults. */
export function validationSettings(environment: Record<string, string> = {}): ValidationSettings {
  const { PROVIDER, SMS_API_REVISION: revision, ALLOW_INLINE_PASSWORDS: inline } = environment;
  return {
    operations: OPERATIONS,
    revision: REVISIONS.find((one) => one === revision) ?? (REVISIONS[1] satisfies Revision),
    allowInlineSecrets: inline === 'true',
    ...(isCloud(PROVIDER) && { cloud: PROVIDER }),
  };
}

const isCloud = (name: string | undefined): name is Cloud => name !== undefined && Object.hasOwn(PROFILES, name);

/** The settings by which a stage's functions validate changes. Throws an OperatorError if there is no such stage. */
export async function settingsOf(stage: Stage): Promise<ValidationSettings> {
  const settings = await stage.settings('dcs');
  if (!settings) throw noSuchStage(stage.name, 'its functions were not found');
  return validationSettings(settings);
}
